// SPDX-License-Identifier: MIT
//
// Another process, for tests of what processes share. It is forked plainly, so
// it only calls the system, and is ended and reaped with its scope:
//
//   tests::child other([](tests::child::parent& p) {
//     ...            // in the child
//     p.tell();      // lets the parent's hear() return
//     p.hear();      // waits for the parent's tell()
//   });
//   other.hear();
//   other.tell();
//   CHECK(other.end());
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "tests/support/sockets.h"

namespace tests {

class child {
 public:
  class parent {
   public:
    explicit parent(int fd) noexcept : fd_(fd) {}
    void tell() noexcept { (void)!::write(fd_, "x", 1); }
    /// Ends the process when the parent has gone.
    void hear() noexcept {
      char byte;
      if (::read(fd_, &byte, 1) != 1) ::_exit(1);
    }

   private:
    int fd_;
  };

  template <class F>
  explicit child(F f) {
    pid_ = ::fork();
    if (pid_ < 0) {
      throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid_ == 0) {
      ends_.a.reset();
      parent above(ends_.b);
      f(above);
      ::_exit(0);
    }
    ends_.b.reset();
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    end();
  }

  void tell() noexcept { (void)!::write(ends_.a, "x", 1); }
  /// False when it has ended.
  bool hear() noexcept {
    char byte;
    return ::read(ends_.a, &byte, 1) == 1;
  }
  /// Waits for its end: did all go well?
  bool end() noexcept {
    ends_.a.reset();
    const pid_t pid = std::exchange(pid_, -1);
    int status = -1;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
  }

 private:
  two_descriptors ends_ = stream_pair();
  pid_t pid_ = -1;
};

}  // namespace tests
