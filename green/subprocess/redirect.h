// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>  // its names are macros, which stand for themselves

#include "green/unique_fd.h"

namespace green::subprocess {

class reader;
class writer;

/// The target of one of a child's three standard streams: `pipe`, `devnull`,
/// `stdout` (for stderr only), `inherit`, or a descriptor. The owner keeps the
/// descriptor, which is used during the start only.
class redirect {
 public:
  enum class kind : unsigned char {
    inherited,
    piped,
    discarded,
    merged,
    descriptor
  };

  explicit constexpr redirect(kind what) noexcept : what_(what) {}
  constexpr redirect(int fd) noexcept : what_(kind::descriptor), fd_(fd) {}
  redirect(const unique_fd& fd) noexcept : redirect(fd.get()) {}
  /// This process's end of another child's pipe. Close it here after this
  /// start, so that the two children see each other's end.
  redirect(const reader& from) noexcept;
  redirect(const writer& to) noexcept;

  /// Its kind.
  constexpr kind what() const noexcept { return what_; }
  /// Is it of this kind?
  constexpr bool is(kind what) const noexcept { return what_ == what; }
  /// The descriptor, if it has one.
  constexpr int fd() const noexcept { return fd_; }

 private:
  kind what_;
  int fd_ = -1;
};

/// The child has the same stream as this process. The default.
inline constexpr redirect inherit{redirect::kind::inherited};
/// subprocess.PIPE
inline constexpr redirect pipe{redirect::kind::piped};
/// subprocess.DEVNULL
inline constexpr redirect devnull{redirect::kind::discarded};
/// subprocess.STDOUT: stderr goes where stdout goes. Not `::stdout`.
inline constexpr redirect stdout{redirect::kind::merged};

}  // namespace green::subprocess
