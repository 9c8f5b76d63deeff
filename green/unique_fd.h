// SPDX-License-Identifier: MIT
//
// Owns a descriptor, as std::unique_ptr owns an object.
//
//   green::unique_fd file(co_await green::open("/etc/hostname", O_RDONLY));
//   if (!file) co_return;                       // errno says why
//   char text[256];
//   ssize_t n = co_await green::read(file.get(), text, sizeof text);
//   if (n > 0) std::printf("%.*s", int(n), text);
//   co_await green::close(file.release());      // or let the destructor do it
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). All need no hub and may be used on any thread.
#pragma once

#include <utility>

namespace green {

/// Closes its descriptor in its destructor, which cannot wait. A close that is
/// awaited, `co_await green::close(fd.release())`, also ends the waits of other
/// green threads on the descriptor. A negative number is no descriptor. That
/// number is kept, so that it can be a -errno.
class unique_fd {
 public:
  unique_fd() noexcept = default;
  /// Takes a descriptor over.
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
  /// Closes its own, and takes over the other's.
  unique_fd& operator=(unique_fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~unique_fd() { reset(); }

  /// The number.
  int get() const noexcept { return fd_; }
  /// Is there a descriptor?
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor away. It stays open.
  int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes the descriptor and takes over another one. errno stays as it is.
  void reset(int fd = -1) noexcept;

  /// Exchanges the descriptors.
  void swap(unique_fd& other) noexcept { std::swap(fd_, other.fd_); }
  /// The same.
  friend void swap(unique_fd& a, unique_fd& b) noexcept { a.swap(b); }

 private:
  int fd_ = -1;
};

}  // namespace green
