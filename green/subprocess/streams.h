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

/// The end of a child's stdout or stderr that is here. For one green thread at
/// a time; what was read and not given stays in it when a kill or a timeout
/// ends a read. Throws std::system_error of the pipe's own errors.
class reader {
 public:
  reader() = default;
  explicit reader(unique_fd fd) noexcept : fd_(std::move(fd)) {}

  /// The next line, without its end; the last may have none. Nothing at the
  /// end of file.
  task<std::optional<std::string>> read_line();
  /// So many bytes; fewer only at the end of file.
  task<std::string> read(std::size_t length);
  /// Everything up to the end of file.
  task<std::string> read();
  /// What is there, at least a byte and at most `length`; empty at the end of
  /// file.
  task<std::string> read_some(std::size_t length = 65536);
  /// Whoever waits for it gets EBADF.
  task<> close();

  int fd() const noexcept { return fd_.get(); }
  bool closed() const noexcept { return !fd_; }

 private:
  friend class process;

  task<bool> fill();
  task<> drain();
  std::string take(std::size_t length);
  /// What was read and not given.
  std::string_view kept() const noexcept {
    return std::string_view(read_).substr(given_);
  }

  unique_fd fd_;
  std::unique_ptr<char[]> part_;
  std::string read_;
  std::size_t given_ = 0;  // of these bytes
};

/// The end of a child's stdin that is here. SIGPIPE is never raised.
class writer {
 public:
  writer() = default;
  explicit writer(unique_fd fd) noexcept : fd_(std::move(fd)) {}

  /// Everything. Throws std::system_error: EPIPE when nobody reads any more.
  task<> write(std::string_view bytes);
  /// The child sees the end of file.
  task<> close();

  int fd() const noexcept { return fd_.get(); }
  bool closed() const noexcept { return !fd_; }

 private:
  friend class process;

  task<std::size_t> write_some(std::string_view bytes);

  unique_fd fd_;
};

inline redirect::redirect(const reader& from) noexcept : redirect(from.fd()) {}
inline redirect::redirect(const writer& to) noexcept : redirect(to.fd()) {}

}  // namespace green::subprocess
