// SPDX-License-Identifier: MIT
#include "green/signal.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <type_traits>
#include <vector>

#include "green/event.h"
#include "green/pthread.h"
#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::blocked;
using tests::failed;
using tests::set_of;
using tests::task_of;

static_assert(tests::mirrors(green::sigwait, ::sigwait));
static_assert(tests::mirrors(green::sigwaitinfo, ::sigwaitinfo));
static_assert(tests::mirrors(green::sigtimedwait, ::sigtimedwait));
static_assert(tests::mirrors(green::sigsuspend, ::sigsuspend));

static_assert(
    std::is_same_v<decltype(green::pthread_kill), decltype(::pthread_kill)>);
static_assert(std::is_same_v<decltype(green::pthread_sigqueue),
                             decltype(::pthread_sigqueue)>);

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call sigwait = &::sigwait;
  static constexpr tests::blocking_call sigwaitinfo = &::sigwaitinfo;
  static constexpr tests::blocking_call sigtimedwait = &::sigtimedwait;
};

struct mirror : tests::green_side {
  static constexpr auto sigwait = &green::sigwait;
  static constexpr auto sigwaitinfo = &green::sigwaitinfo;
  static constexpr auto sigtimedwait = &green::sigtimedwait;
};

void queue_signal(int number, int value) {
  sigval with{};
  with.sival_int = value;
  REQUIRE(::sigqueue(::getpid(), number, with) == 0);
}

template <class S>
task_of<S> refused(answers& out) {
  const sigset_t set = set_of({SIGUSR1}), none = set_of({});
  const timespec odd{0, 1'000'000'000}, negative{-1, 0}, zero{0, 0};
  const timespec short_time{0, 1'000'000};
  out.add("odd", co_await S::sigtimedwait(&set, nullptr, &odd));
  out.add("negative", co_await S::sigtimedwait(&set, nullptr, &negative));
  out.add("zero", co_await S::sigtimedwait(&set, nullptr, &zero));
  out.add("short", co_await S::sigtimedwait(&set, nullptr, &short_time));
  out.add("none", co_await S::sigtimedwait(&none, nullptr, &short_time));
  ::raise(SIGUSR1);
  out.add("odd, pending", co_await S::sigtimedwait(&set, nullptr, &odd));
  out.add("pending", co_await S::sigtimedwait(&set, nullptr, &zero));
  out.add("taken", co_await S::sigtimedwait(&set, nullptr, &zero));
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  const blocked scope({SIGUSR1});
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("pending 10"));
}

TEST_CASE_TEMPLATE("signals that are pending are all seen", S, original,
                   mirror) {  // N13
  const blocked scope({SIGUSR1, SIGUSR2, SIGRTMIN});
  S::run([]() -> task_of<S> {
    const sigset_t set = set_of({SIGUSR1, SIGUSR2, SIGRTMIN});
    queue_signal(SIGRTMIN, 7);
    queue_signal(SIGRTMIN, 8);
    ::kill(::getpid(), SIGUSR2);
    ::raise(SIGUSR1);
    int number = 0;
    CHECK(co_await S::sigwait(&set, &number) == 0);
    CHECK(number == SIGUSR1);
    siginfo_t info{};
    CHECK(co_await S::sigwaitinfo(&set, &info) == SIGUSR2);
    CHECK(info.si_signo == SIGUSR2);
    CHECK(info.si_pid == ::getpid());
    CHECK(info.si_code == SI_USER);
    CHECK(co_await S::sigtimedwait(&set, &info, nullptr) == SIGRTMIN);
    CHECK(info.si_value.sival_int == 7);
    CHECK(info.si_code == SI_QUEUE);
    CHECK(co_await S::sigwaitinfo(&set, &info) == SIGRTMIN);
    CHECK(info.si_value.sival_int == 8);
  });
}

TEST_CASE_TEMPLATE("one that waits gets the signal that comes", S, original,
                   mirror) {
  const blocked scope({SIGUSR1, SIGUSR2});
  S::run([]() -> task_of<S> {
    const sigset_t one = set_of({SIGUSR1}), other = set_of({SIGUSR2});
    int first = 0, second = 0;
    typename S::thread a(
        [&]() -> task_of<S> { CHECK(co_await S::sigwait(&one, &first) == 0); });
    typename S::thread b([&]() -> task_of<S> {
      CHECK(co_await S::sigwait(&other, &second) == 0);
    });
    co_await S::this_thread::yield();
    ::kill(::getpid(), SIGUSR2);
    co_await b.join();
    CHECK(second == SIGUSR2);
    ::kill(::getpid(), SIGUSR1);
    co_await a.join();
    CHECK(first == SIGUSR1);
  });
}

TEST_CASE_TEMPLATE("of many on many threads, each signal is taken by one", S,
                   original, mirror) {
  constexpr int hubs = 3, waiters = 8;
  const blocked scope({SIGRTMIN});
  std::vector<std::atomic<int>> taken(hubs * waiters);
  std::vector<std::thread> threads;
  for (int hub = 0; hub < hubs; ++hub) {
    threads.emplace_back([&taken] {
      S::run([&taken]() -> task_of<S> {
        std::vector<typename S::thread> waiting;
        const auto waits = [&taken]() -> task_of<S> {
          const sigset_t set = set_of({SIGRTMIN});
          siginfo_t info{};
          int got = -1;
          do {
            got = co_await S::sigwaitinfo(&set, &info);
            // The original's waiters wake each other, and one gets EINTR.
          } while (got < 0 && errno == EINTR && std::is_same_v<S, original>);
          REQUIRE(got == SIGRTMIN);
          ++taken[std::size_t(info.si_value.sival_int)];
        };
        for (int i = 0; i < waiters; ++i) waiting.emplace_back(waits);
        for (auto& w : waiting) co_await w.join();
      });
    });
  }
  for (int i = 0; i < hubs * waiters; ++i) queue_signal(SIGRTMIN, i);
  for (std::thread& t : threads) t.join();
  for (const auto& times : taken) CHECK(times == 1);
}

TEST_CASE("a timeout is as long as was said") {
  const blocked scope({SIGUSR1});
  tests::run_virtual([]() -> green::task<> {
    const sigset_t set = set_of({SIGUSR1});
    const timespec hour{3600, 0};
    const auto start = green::core::now();
    CHECK(answer(co_await green::sigtimedwait(&set, nullptr, &hour)) ==
          failed(EAGAIN));
    CHECK(tests::since(start) == 3600s);
  });
}

TEST_CASE("killed or timed out, no signal and no descriptor is lost") {
  const blocked scope({SIGUSR1});
  const sigset_t set = set_of({SIGUSR1});
  const int before = tests::open_descriptors();
  green::run([&set]() -> green::task<> {
    const auto waits = [&set]() -> green::task<> {
      int number = 0;
      co_await green::sigwait(&set, &number);
    };
    co_await tests::check_interruptible(waits);
    // Sent in the same turn as the kill: whoever gets it, it is there once.
    int taken = 0;
    for (int i = 0; i < 50; ++i) {
      const auto counts = [&]() -> green::task<> {
        int number = 0;
        if (co_await green::sigwait(&set, &number) == 0) ++taken;
      };
      const auto g = co_await tests::started(counts);
      ::kill(::getpid(), SIGUSR1);
      for (int turn = 0; turn < i % 3; ++turn) co_await green::sleep();
      co_await g.kill();
      if (taken == i) co_await counts();
      CHECK(taken == i + 1);
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a handler of another signal does not end a wait") {
  const tests::handler other(SIGUSR2);
  const blocked scope({SIGUSR1});
  green::run([&other]() -> green::task<> {
    const sigset_t set = set_of({SIGUSR1});
    int result = -1;
    const auto waits = [&]() -> green::task<> {
      result = co_await green::sigwaitinfo(&set, nullptr);
    };
    const auto g = co_await tests::started(waits);
    ::raise(SIGUSR2);
    CHECK(other.calls() == 1);
    co_await tests::others_wait();
    CHECK_FALSE(g.ready());
    ::raise(SIGUSR1);
    co_await g.join();
    CHECK(result == SIGUSR1);
  });
}

TEST_CASE("who handles a signal may wait") {  // N12
  const blocked scope({SIGUSR1});
  green::run([]() -> green::task<> {
    green::event handled;
    const auto handles = [&handled]() -> green::task<> {
      const sigset_t set = set_of({SIGUSR1});
      int number = 0;
      co_await green::sigwait(&set, &number);
      co_await green::sleep(1ms);
      handled.set();
    };
    const auto handler = green::spawn(handles);
    ::kill(::getpid(), SIGUSR1);
    CHECK(co_await handled.wait(10s));
    co_await handler.join();
  });
}

TEST_CASE("run leaves every signal as it found it") {
  const std::vector<tests::disposition> before = tests::dispositions();
  const sigset_t mask = tests::mask_now();
  green::run([&]() -> green::task<> {
    co_await green::sleep(1ms);
    CHECK((tests::dispositions() == before));
    CHECK(tests::same(tests::mask_now(), mask));
  });
  CHECK((tests::dispositions() == before));
  CHECK(tests::same(tests::mask_now(), mask));
}

TEST_CASE("no signal reaches the number of a green thread") {
  green::run([]() -> green::task<> {
    const auto waits = [](void*) -> green::task<void*> {
      co_await green::event().wait();
      co_return nullptr;
    };
    pthread_t made;
    CHECK(co_await green::pthread_create(&made, nullptr, waits, nullptr) == 0);
    for (const pthread_t each : {made, green::pthread_self()}) {
      CHECK(green::pthread_kill(each, SIGUSR1) == ESRCH);
      CHECK(green::pthread_kill(each, 0) == ESRCH);
      CHECK(green::pthread_sigqueue(each, SIGUSR1, sigval{}) == ESRCH);
    }
    CHECK(green::pthread_cancel(made) == 0);
    CHECK(co_await green::pthread_join(made, nullptr) == 0);
    CHECK(green::pthread_kill(made, SIGUSR1) == ESRCH);
    CHECK(green::pthread_kill(::pthread_self(), 0) == 0);
    CHECK(green::pthread_kill(::pthread_self(), -1) == EINVAL);
  });
}
