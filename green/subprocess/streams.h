// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "green/subprocess/redirect.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green::subprocess {

/// This process's end of a child's stdout or stderr. For one green thread at a
/// time. A kill or timeout during a read leaves the bytes read so far in the
/// stream. Throws std::system_error for errors of the pipe.
class reader {
 public:
  reader() = default;
  /// Reads this descriptor.
  explicit reader(unique_fd fd) noexcept : fd_(std::move(fd)) {}

  /// The next line, without its end; the last may have none. Nothing at the
  /// end of file.
  task<std::optional<std::string>> read_line();
  /// This many bytes; fewer only at the end of file.
  task<std::string> read(std::size_t length);
  /// Everything up to the end of file.
  task<std::string> read();
  /// The bytes that are there, at least one and at most `length`. Empty at the
  /// end of file.
  task<std::string> read_some(std::size_t length = 65536);
  /// A wait for the stream ends with EBADF.
  task<> close();

  int fd() const noexcept { return fd_.get(); }
  bool closed() const noexcept { return !fd_; }

 private:
  friend class process;

  task<bool> fill();
  task<> drain();
  std::string take(std::size_t length);
  /// Bytes that were read and not returned.
  std::string_view kept() const noexcept {
    return std::string_view(read_).substr(given_);
  }

  unique_fd fd_;
  std::unique_ptr<char[]> part_;
  std::string read_;
  std::size_t given_ = 0;  // of these bytes
};

/// This process's end of a child's stdin. SIGPIPE is never raised.
class writer {
 public:
  writer() = default;
  explicit writer(unique_fd fd) noexcept : fd_(std::move(fd)) {}

  /// Writes everything. Throws std::system_error: EPIPE when nobody reads any
  /// more.
  task<> write(std::string_view bytes);
  /// The child sees the end of file.
  task<> close();

  /// The descriptor; -1 when it is closed.
  int fd() const noexcept { return fd_.get(); }
  /// Is it closed?
  bool closed() const noexcept { return !fd_; }

 private:
  friend class process;

  task<std::size_t> write_some(std::string_view bytes);

  unique_fd fd_;
};

inline redirect::redirect(const reader& from) noexcept : redirect(from.fd()) {}
inline redirect::redirect(const writer& to) noexcept : redirect(to.fd()) {}

}  // namespace green::subprocess
