// SPDX-License-Identifier: MIT
// A mask that blocks more than the thread does, for the time of a wait.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

#include "green/poll.h"
#include "green/signal.h"
#include "green/sys/epoll.h"
#include "green/sys/select.h"
#include "green/unistd.h"
#include "tests/support/child.h"
#include "tests/support/oracle.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"

using tests::answer;
using tests::blocked;
using tests::descriptor;
using tests::failed;
using tests::set_of;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call sigsuspend = &::sigsuspend;
  static constexpr tests::blocking_call ppoll = &::ppoll;
  static constexpr tests::blocking_call pselect = &::pselect;
  static constexpr tests::blocking_call epoll_pwait = &::epoll_pwait;
};

struct mirror : tests::green_side {
  static constexpr auto sigsuspend = &green::sigsuspend;
  static constexpr auto ppoll = &green::ppoll;
  static constexpr auto pselect = &green::pselect;
  static constexpr auto epoll_pwait = &green::epoll_pwait;
};

// Waits under the mask until a signal ends it.
template <class S>
using waiting = task_of<S, int> (*)(int fd, const sigset_t* mask);

template <class S>
task_of<S, int> by_sigsuspend(int, const sigset_t* mask) {
  co_return co_await S::sigsuspend(mask);
}

template <class S>
task_of<S, int> by_ppoll(int fd, const sigset_t* mask) {
  pollfd one{fd, POLLIN, 0};
  co_return co_await S::ppoll(&one, 1, nullptr, mask);
}

template <class S>
task_of<S, int> by_pselect(int fd, const sigset_t* mask) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  co_return co_await S::pselect(fd + 1, &set, nullptr, nullptr, nullptr, mask);
}

template <class S>
task_of<S, int> by_epoll_pwait(int fd, const sigset_t* mask) {
  const descriptor set(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
  co_return co_await S::epoll_pwait(set, &event, 1, -1, mask);
}

// In a plain child, which only calls the system.
void wait_until_asleep(pid_t process, pid_t thread) {
  char path[64], line[256];
  std::snprintf(path, sizeof path, "/proc/%d/task/%d/stat", process, thread);
  for (;;) {
    const int fd = ::open(path, O_RDONLY);
    const ssize_t length = ::read(fd, line, sizeof line);
    ::close(fd);
    const std::string_view words(line, length < 0 ? 0 : std::size_t(length));
    if (length <= 0 || words.find(") S ") != words.npos) return;
    ::sched_yield();
  }
}

// The order in which handlers have run. A handler may not allocate: clear()
// keeps the room.
std::vector<int> order = [] {
  std::vector<int> room;
  room.reserve(16);
  return room;
}();

class ordered {
 public:
  explicit ordered(int number) : number_(number) {
    struct sigaction note{};
    note.sa_handler = [](int n) { order.push_back(n); };
    ::sigaction(number, &note, &before_);
  }
  ~ordered() { ::sigaction(number_, &before_, nullptr); }

 private:
  int number_;
  struct sigaction before_;
};

}  // namespace

TEST_CASE_TEMPLATE("what the mask blocks is delivered when the wait is over", S,
                   original, mirror) {
  const ordered one(SIGUSR1), two(SIGUSR2);
  const blocked scope({SIGUSR1});
  auto [in, to] = tests::pipe_descriptors();
  const int fd = in;
  for (const waiting<S> wait :
       {&by_sigsuspend<S>, &by_ppoll<S>, &by_pselect<S>, &by_epoll_pwait<S>}) {
    order.clear();
    S::run([=]() -> task_of<S> {
      // In the thread that waits: others would be given the signal.
      const pid_t process = ::getpid(), thread = ::gettid();
      tests::child sender([=](tests::child::parent& above) {
        above.hear();
        wait_until_asleep(process, thread);
        ::tgkill(process, thread, SIGUSR2);
        wait_until_asleep(process, thread);  // again, if that woke it
        ::tgkill(process, thread, SIGUSR1);
      });
      sender.tell();
      const sigset_t mask = set_of({SIGUSR2});
      CHECK(answer(co_await wait(fd, &mask)) == failed(EINTR));
      CHECK(sender.end());
    });
    CHECK(order == std::vector{SIGUSR1, SIGUSR2});
    const sigset_t after = tests::mask_now();
    CHECK(::sigismember(&after, SIGUSR2) == 0);
  }
}
