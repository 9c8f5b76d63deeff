// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace green {

/// Owns a descriptor, as unique_ptr owns an object: closes it in its
/// destructor, which can't wait. `co_await green::close(fd.release())` also
/// ends the waits that other green threads have on it. Negative is none; the
/// number is kept, so that it can be a -errno.
class unique_fd {
 public:
  unique_fd() noexcept = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~unique_fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor away: it stays open.
  int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes the one it owns and takes another. errno stays as it is.
  void reset(int fd = -1) noexcept;

  void swap(unique_fd& other) noexcept { std::swap(fd_, other.fd_); }
  friend void swap(unique_fd& a, unique_fd& b) noexcept { a.swap(b); }

 private:
  int fd_ = -1;
};

}  // namespace green
