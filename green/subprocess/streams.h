// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "green/fileobject.h"
#include "green/fileobjects/descriptor.h"
#include "green/subprocess/redirect.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green::subprocess {

/// This process's end of a child's stdout or stderr: a green::reader without
/// bounds, that can be closed.
class reader {
 public:
  /// Reads this descriptor.
  explicit reader(unique_fd fd) : pipe_(std::move(fd), " from a child") {}

  /// The next line, without its end; the last may have none. Nothing at the
  /// end of file.
  task<std::optional<std::string>> read_line() { return in_.read_line(all); }
  /// This many bytes; fewer only at the end of file.
  task<std::string> read(std::size_t length) { return in_.read(length); }
  /// Everything up to the end of file.
  task<std::string> read() { return in_.read(all); }
  /// The bytes that are there, at least one and at most `length`. Empty at the
  /// end of file.
  task<std::string> read_some(std::size_t length = part_size) {
    return in_.read_some(length);
  }
  /// A wait for the stream ends with EBADF.
  task<> close() { return pipe_.close(); }

  int fd() const noexcept { return pipe_.fd(); }
  bool closed() const noexcept { return fd() < 0; }

 private:
  friend class process;

  static constexpr std::size_t all = std::string::npos;
  static constexpr std::size_t part_size = 65536;

  task<> drain();
  std::string take(std::size_t length) { return in_.take(length); }
  /// Bytes that were read and not returned.
  std::string_view kept() const noexcept { return in_.buffered(); }

  descriptor pipe_;
  green::reader in_{pipe_, part_size};
};

/// This process's end of a child's stdin. SIGPIPE is never raised.
class writer {
 public:
  explicit writer(unique_fd fd) : pipe_(std::move(fd), " to a child") {}

  /// Writes everything. Throws std::system_error: EPIPE when nobody reads any
  /// more.
  task<> write(std::string_view bytes);
  /// The child sees the end of file.
  task<> close() { return pipe_.close(); }

  /// The descriptor; -1 when it is closed.
  int fd() const noexcept { return pipe_.fd(); }
  /// Is it closed?
  bool closed() const noexcept { return fd() < 0; }

 private:
  friend class process;

  task<std::size_t> write_some(std::string_view bytes) {
    return pipe_.write(bytes);
  }

  descriptor pipe_;
};

inline redirect::redirect(const reader& from) noexcept : redirect(from.fd()) {}
inline redirect::redirect(const writer& to) noexcept : redirect(to.fd()) {}

}  // namespace green::subprocess
