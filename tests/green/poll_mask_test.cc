// SPDX-License-Identifier: MIT
// ppoll, pselect and epoll_pwait with a signal mask, judged by the originals.
#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <type_traits>

#include "green/poll.h"
#include "green/sys/epoll.h"
#include "green/sys/select.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call ppoll = &::ppoll;
  static constexpr tests::blocking_call pselect = &::pselect;
  static constexpr tests::blocking_call epoll_pwait = &::epoll_pwait;
  static constexpr tests::blocking_call epoll_pwait2 = &::epoll_pwait2;
};

struct mirror : tests::green_side {
  static constexpr auto ppoll = &green::ppoll;
  static constexpr auto pselect = &green::pselect;
  static constexpr auto epoll_pwait = &green::epoll_pwait;
  static constexpr auto epoll_pwait2 = &green::epoll_pwait2;
};

timespec length_of(int ms) { return {ms / 1000, ms % 1000 * 1'000'000L}; }

descriptor epoll_of(int fd) {
  descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  REQUIRE(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted) == 0);
  return epoll;
}

// Waits until fd can be read, or so many milliseconds; below 0 is for ever.
template <class S>
using waiting = task_of<S, int> (*)(int fd, int ms, const sigset_t* mask);

template <class S>
task_of<S, int> by_ppoll(int fd, int ms, const sigset_t* mask) {
  pollfd one{fd, POLLIN, 0};
  const timespec length = length_of(ms);
  co_return co_await S::ppoll(&one, 1, ms < 0 ? nullptr : &length, mask);
}

template <class S>
task_of<S, int> by_pselect(int fd, int ms, const sigset_t* mask) {
  fd_set reading;
  FD_ZERO(&reading);
  FD_SET(fd, &reading);
  const timespec length = length_of(ms);
  co_return co_await S::pselect(fd + 1, &reading, nullptr, nullptr,
                                ms < 0 ? nullptr : &length, mask);
}

template <class S>
task_of<S, int> by_epoll_pwait(int fd, int ms, const sigset_t* mask) {
  const descriptor epoll = epoll_of(fd);
  epoll_event event;
  co_return co_await S::epoll_pwait(epoll, &event, 1, ms, mask);
}

template <class S>
task_of<S, int> by_epoll_pwait2(int fd, int ms, const sigset_t* mask) {
  const descriptor epoll = epoll_of(fd);
  const timespec length = length_of(ms);
  epoll_event event;
  co_return co_await S::epoll_pwait2(epoll, &event, 1,
                                     ms < 0 ? nullptr : &length, mask);
}

template <class S>
constexpr std::array<waiting<S>, 4> every_call{
    by_ppoll<S>, by_pselect<S>, by_epoll_pwait<S>, by_epoll_pwait2<S>};

template <class S>
bool is_epoll(waiting<S> call) {
  return call == every_call<S>[2] || call == every_call<S>[3];
}

std::atomic<int> handled{0};
std::atomic<bool> second_blocked{false};

// SIGUSR1 is blocked and counted; both as before at the end of the scope.
class blocked_signal {
 public:
  explicit blocked_signal(void (*handler)(int) = count) {
    handled = 0;
    struct sigaction action{};
    action.sa_handler = handler;
    REQUIRE(::sigaction(SIGUSR1, &action, &before_) == 0);
    sigset_t own;
    ::sigemptyset(&own);
    ::sigaddset(&own, SIGUSR1);
    ::sigaddset(&own, SIGUSR2);
    ::pthread_sigmask(SIG_BLOCK, &own, &mask_before_);
  }
  blocked_signal(const blocked_signal&) = delete;
  blocked_signal& operator=(const blocked_signal&) = delete;
  ~blocked_signal() {
    sigset_t own;
    ::sigemptyset(&own);
    ::sigaddset(&own, SIGUSR1);
    const timespec at_once{};
    ::sigtimedwait(&own, nullptr, &at_once);  // what is still pending
    ::sigaction(SIGUSR1, &before_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }

  // Lets SIGUSR1 through, but not SIGUSR2.
  sigset_t mask() const {
    sigset_t without;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &without);
    ::sigdelset(&without, SIGUSR1);
    return without;
  }

 private:
  static void count(int) {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    second_blocked = ::sigismember(&now, SIGUSR2) == 1;
    ++handled;
  }

  struct sigaction before_;
  sigset_t mask_before_;
};

bool is_pending(int number) {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, number) == 1;
}

bool is_blocked(int number) {
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return ::sigismember(&now, number) == 1;
}

}  // namespace

TEST_CASE_TEMPLATE("a signal that is pending ends the call at once", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      const blocked_signal scope;
      const sigset_t mask = scope.mask();
      const auto in = tests::pipe_descriptors();
      ::pthread_kill(::pthread_self(), SIGUSR1);
      CHECK(answer(co_await call(in.a, -1, &mask)) == failed(EINTR));
      CHECK(handled == 1);
      CHECK(second_blocked);
      CHECK(is_blocked(SIGUSR1));
      CHECK_FALSE(is_pending(SIGUSR1));
      CHECK(co_await call(in.a, 1, &mask) == 0);
      CHECK(handled == 1);
    }
  });
}

TEST_CASE_TEMPLATE("a signal that comes later ends the wait", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      const blocked_signal scope;
      const sigset_t mask = scope.mask();
      const auto in = tests::pipe_descriptors();
      const pthread_t waits = ::pthread_self();
      const auto sends = [waits]() -> task_of<S> {
        co_await S::this_thread::yield();
        ::pthread_kill(waits, SIGUSR1);
      };
      typename S::thread sender(sends);
      CHECK(answer(co_await call(in.a, -1, &mask)) == failed(EINTR));
      CHECK(handled == 1);
      CHECK(is_blocked(SIGUSR1));
      co_await sender.join();
    }
  });
}

TEST_CASE_TEMPLATE("a descriptor that is ready comes before a signal", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      const blocked_signal scope;
      const sigset_t mask = scope.mask();
      const auto in = tests::pipe_descriptors();
      CHECK(::write(in.b, "x", 1) == 1);
      ::pthread_kill(::pthread_self(), SIGUSR1);
      CHECK(co_await call(in.a, -1, &mask) == 1);
      CHECK(handled == 0);
      CHECK(is_pending(SIGUSR1));
    }
  });
}

TEST_CASE_TEMPLATE("what the mask blocks too stays pending", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      const blocked_signal scope;
      sigset_t mask = scope.mask();
      ::sigaddset(&mask, SIGUSR1);
      const auto in = tests::pipe_descriptors();
      ::pthread_kill(::pthread_self(), SIGUSR1);
      CHECK(co_await call(in.a, 1, &mask) == 0);
      CHECK(handled == 0);
      CHECK(is_pending(SIGUSR1));
    }
  });
}

TEST_CASE_TEMPLATE("a signal that is ignored does not end the wait", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      // The original's epoll_pwait is ended by one that is pending already.
      if (std::is_same_v<S, original> && is_epoll<S>(call)) continue;
      const blocked_signal scope(SIG_IGN);
      const sigset_t mask = scope.mask();
      const auto in = tests::pipe_descriptors();
      const pthread_t waits = ::pthread_self();
      const int to = in.b;
      const auto sends = [waits, to]() -> task_of<S> {
        co_await S::this_thread::yield();
        ::pthread_kill(waits, SIGUSR1);
        CHECK(co_await S::write(to, "x", 1) == 1);
      };
      typename S::thread sender(sends);
      CHECK(co_await call(in.a, -1, &mask) == 1);
      co_await sender.join();
    }
  });
}

TEST_CASE_TEMPLATE("without waiting", S, original, mirror) {
  S::run([]() -> task_of<S> {
    for (const auto call : every_call<S>) {
      const bool epoll = is_epoll<S>(call);
      const blocked_signal scope;
      const sigset_t mask = scope.mask();
      const auto in = tests::pipe_descriptors();
      CHECK(co_await call(in.a, 0, &mask) == 0);
      ::pthread_kill(::pthread_self(), SIGUSR1);
      const answer given = co_await call(in.a, 0, &mask);
      CHECK(given == (epoll ? answer(0) : failed(EINTR)));
      CHECK(handled == (epoll ? 0 : 1));
    }
  });
}

TEST_CASE("one signal ends one of two waits, and others go on") {
  green::run([]() -> green::task<> {
    for (const auto call : every_call<mirror>) {
      const blocked_signal scope;
      const sigset_t mask = scope.mask();
      auto pipe = tests::pipe_descriptors();
      const int in = pipe.a;
      int interrupted = 0, ready = 0;
      const auto waits = [=, &mask, &interrupted, &ready]() -> green::task<> {
        const int result = co_await call(in, -1, &mask);
        if (result < 0 && errno == EINTR) ++interrupted;
        if (result == 1) ++ready;
      };
      const auto first = co_await tests::started(waits);
      const auto second = co_await tests::started(waits);
      ::pthread_kill(::pthread_self(), SIGUSR1);
      while (!first.ready() && !second.ready()) co_await green::sleep();
      co_await tests::others_wait();
      CHECK(interrupted == 1);
      CHECK(ready == 0);
      CHECK(::write(pipe.b, "x", 1) == 1);
      co_await first.join();
      co_await second.join();
      CHECK(ready == 1);
      CHECK(handled == 1);
    }
  });
}

TEST_CASE("a wait with a mask ends by a kill and by a timeout") {
  const int before = tests::open_descriptors();
  {
    const blocked_signal scope;
    const sigset_t mask = scope.mask();
    green::run([&mask]() -> green::task<> {
      const auto pipe = tests::pipe_descriptors();
      for (const auto call : every_call<mirror>) {
        const int in = pipe.a;
        const auto waits = [=, &mask]() -> green::task<> {
          co_await call(in, -1, &mask);
        };
        co_await tests::check_interruptible(waits);
      }
    });
  }
  CHECK(tests::open_descriptors() == before);
}
