// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>  // its names are macros, which stand for themselves

#include "green/unique_fd.h"

namespace green::subprocess {

class reader;
class writer;

/// What one of the three standard streams of a child becomes: `pipe`,
/// `devnull`, `stdout` (of stderr only), `inherit`, or a descriptor, which
/// stays its owner's and is used in the start only.
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
  /// The end of another child's pipe that is here. Close it here when this one
  /// has been started, so that they see each other's end.
  redirect(const reader& from) noexcept;
  redirect(const writer& to) noexcept;

  constexpr kind what() const noexcept { return what_; }
  constexpr bool is(kind what) const noexcept { return what_ == what; }
  constexpr int fd() const noexcept { return fd_; }

 private:
  kind what_;
  int fd_ = -1;
};

/// As it is here: what is not said.
inline constexpr redirect inherit{redirect::kind::inherited};
/// subprocess.PIPE
inline constexpr redirect pipe{redirect::kind::piped};
/// subprocess.DEVNULL
inline constexpr redirect devnull{redirect::kind::discarded};
/// subprocess.STDOUT: stderr goes where stdout goes. Not `::stdout`.
inline constexpr redirect stdout{redirect::kind::merged};

}  // namespace green::subprocess
