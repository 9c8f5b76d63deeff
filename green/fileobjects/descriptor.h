// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "green/fileobjects/transport.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green {

/// The bytes of a socket, a pipe, a terminal or a file. Waits whatever
/// O_NONBLOCK says, and never raises SIGPIPE for a socket or a pipe.
/// SO_RCVTIMEO and SO_SNDTIMEO give EAGAIN. A signal ends no wait.
class descriptor final : public transport {
 public:
  /// Uses a descriptor, which stays the caller's. Errors are those of "read"
  /// and "write", followed by `peer`.
  explicit descriptor(int fd, const char* peer = "") noexcept
      : peer_(peer), fd_(fd) {}
  /// Takes a descriptor over.
  explicit descriptor(unique_fd fd, const char* peer = "") noexcept
      : peer_(peer), fd_(fd.get()), owned_(std::move(fd)) {}

  task<std::size_t> read(char* into, std::size_t length) override;
  task<std::size_t> write(std::string_view bytes) override;
  /// Closes a descriptor that was taken over. A wait for it ends with EBADF,
  /// and so does each later call.
  task<> close();

  /// The descriptor; -1 once it is closed.
  int fd() const noexcept { return fd_; }

 private:
  enum class kind : unsigned char { unknown, socket, pipe, other };

  kind find_kind() noexcept;
  task<std::size_t> write_to_pipe(std::string_view bytes);
  [[noreturn]] void fail(int error, const char* call) const;

  const char* peer_;
  int fd_;
  kind kind_ = kind::unknown;
  unique_fd owned_;
};

}  // namespace green
