// SPDX-License-Identifier: MIT
//
// Children of green::fork.
//
//   const auto works = []() -> green::task<bool> { ... };
//   CHECK(co_await tests::in_child(works) == tests::exited(0));
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "green/sys/wait.h"
#include "green/task.h"
#include "green/unistd.h"

namespace tests {

/// A status of waitpid(2).
constexpr int exited(int code) { return code << 8; }

/// Of a child whose end is waited for by the original.
inline int status_of(pid_t child) {
  int status = -1;
  return ::waitpid(child, &status, 0) == child ? status : -1;
}

/// How many hubs this process has open. Each has an epoll set, and with
/// io_uring a ring beside it.
inline long open_hubs() {
  long rings = 0, sets = 0;
  for (int fd = 0; fd < 1024; ++fd) {
    char target[64] = {};
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    if (::readlink(path.c_str(), target, sizeof target - 1) < 0) continue;
    const std::string file = target;
    if (file.find("io_uring") != std::string::npos) ++rings;
    if (file.find("eventpoll") != std::string::npos) ++sets;
  }
  return rings == 0 || rings == sets ? sets : -1;
}

/// Runs f(), which gives a task<bool>, in a child: its status is 0 when f gave
/// true. One that hangs is ended by SIGALRM.
template <class F>
green::task<int> in_child(F f, pid_t (*forks)() = &green::fork) {
  const pid_t child = forks();
  if (child == 0) {
    ::alarm(30);
    bool well = false;
    try {
      well = co_await f();
    } catch (...) {
      ::_exit(98);
    }
    ::_exit(well ? 0 : 1);
  }
  int status = -1;
  co_await green::waitpid(child, &status, 0);
  co_return status;
}

}  // namespace tests
