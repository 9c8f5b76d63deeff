// SPDX-License-Identifier: MIT
//
// Children to be waited for by the calls under test. Forked plainly, they only
// call the system.
//
//   const pid_t pid = tests::forked([] { ::_exit(10); });
//   tests::waiting_child c;   // lives until told
//   c.tell(10);               // ends with status 10
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "tests/support/sockets.h"

namespace tests {

/// f() in a child, which ends with status 0 when f returns.
template <class F>
pid_t forked(F f) {
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid != 0) return pid;
  f();
  ::_exit(0);
}

/// A child that waits to be told with which status to end.
class waiting_child {
 public:
  waiting_child() : waiting_child(stream_pair()) {}

  pid_t pid() const noexcept { return pid_; }
  void tell(unsigned char status) const noexcept {
    (void)!::write(end_, &status, 1);
  }

 private:
  explicit waiting_child(two_descriptors ends)
      : pid_(forked([&ends] { wait_for_word(ends); })),
        end_(std::move(ends.a)) {}

  static void wait_for_word(two_descriptors& ends) {
    ends.a.reset();
    unsigned char status = 0;
    if (::read(ends.b, &status, 1) != 1) ::_exit(99);
    ::_exit(status);
  }

  pid_t pid_;
  descriptor end_;
};

/// Does the thread of this process wait in the kernel?
inline bool asleep(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_ends = stat.rfind(") ");
  return name_ends != std::string::npos && stat[name_ends + 2] == 'S';
}

/// Is it still there to be waited for?
inline bool waitable(pid_t pid) {
  siginfo_t found{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &found, WEXITED | WNOWAIT) ==
         0;
}

/// Has this process no child, dead or alive?
inline bool childless() {
  siginfo_t found{};
  return ::waitid(P_ALL, 0, &found, WEXITED | WNOWAIT | WNOHANG) < 0 &&
         errno == ECHILD;
}

}  // namespace tests
