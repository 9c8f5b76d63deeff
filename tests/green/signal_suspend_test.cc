// SPDX-License-Identifier: MIT
// sigsuspend and pause: waits for handlers.
#include <doctest/doctest.h>

#include <cerrno>
#include <vector>

#include "green/signal.h"
#include "green/unistd.h"
#include "tests/support/oracle.h"
#include "tests/support/sanitizers.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::blocked;
using tests::failed;
using tests::handler;
using tests::mask_now;
using tests::set_of;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call sigsuspend = &::sigsuspend;
};

struct mirror : tests::green_side {
  static constexpr auto sigsuspend = &green::sigsuspend;
};

}  // namespace

TEST_CASE_TEMPLATE("sigsuspend ends when a handler has run under its mask", S,
                   original, mirror) {
  const handler one(SIGUSR1), two(SIGUSR2);
  const blocked scope({SIGUSR1, SIGUSR2});
  const sigset_t before = mask_now();
  S::run([&]() -> task_of<S> {
    const sigset_t mask = set_of({SIGUSR2, SIGWINCH});
    ::raise(SIGUSR2);
    ::raise(SIGUSR1);
    CHECK(answer(co_await S::sigsuspend(&mask)) == failed(EINTR));
    CHECK(one.calls() == 1);
    CHECK(two.calls() == 0);
    // A sanitizer blocks more while a handler runs.
    for (const int number : {SIGUSR1, SIGUSR2, SIGWINCH}) {
      const sigset_t during = handler::last_mask();
      CHECK(::sigismember(&during, number) == 1);
    }
    CHECK(tests::same(mask_now(), before));
    const sigset_t empty = set_of({});
    CHECK(answer(co_await S::sigsuspend(&empty)) == failed(EINTR));
    CHECK(two.calls() == 1);
  });
}

TEST_CASE("the handler's mask is the original's") {
  // It runs handlers itself, with masks that depend on the call they end.
  if (tests::with_thread_sanitizer()) return;
  const handler one(SIGUSR1);
  const blocked scope({SIGUSR1, SIGUSR2, SIGTERM});
  const sigset_t mask = set_of({SIGTERM, SIGWINCH});
  ::raise(SIGUSR1);
  ::sigsuspend(&mask);
  const sigset_t by_original = handler::last_mask();
  ::raise(SIGUSR1);
  green::run(green::sigsuspend, &mask);
  CHECK(one.calls() == 2);
  CHECK(tests::same(handler::last_mask(), by_original));
}

TEST_CASE_TEMPLATE("a signal that comes later ends sigsuspend", S, original,
                   mirror) {
  const handler one(SIGUSR1);
  const blocked scope({SIGUSR1});
  S::run([&one]() -> task_of<S> {
    typename S::thread sender([]() -> task_of<S> {
      for (int i = 0; i < 10; ++i) co_await S::this_thread::yield();
      ::kill(::getpid(), SIGUSR1);
    });
    const sigset_t empty = set_of({});
    CHECK(answer(co_await S::sigsuspend(&empty)) == failed(EINTR));
    CHECK(one.calls() == 1);
    co_await sender.join();
  });
}

TEST_CASE("what is blocked by the mask or ignored does not end sigsuspend") {
  const handler one(SIGUSR1), two(SIGUSR2);
  const blocked scope({SIGUSR1, SIGUSR2, SIGCHLD});
  green::run([&]() -> green::task<> {
    const sigset_t mask = set_of({SIGUSR2});
    int result = 0;
    const auto waits = [&]() -> green::task<> {
      result = co_await green::sigsuspend(&mask);
    };
    const auto g = co_await tests::started(waits);
    ::raise(SIGUSR2);
    ::raise(SIGCHLD);
    ::raise(SIGURG);
    co_await tests::others_wait();
    CHECK_FALSE(g.ready());
    // Who waits for it gets it, though sigsuspend would let it through.
    const sigset_t child = set_of({SIGCHLD});
    int number = 0;
    CHECK(co_await green::sigwait(&child, &number) == 0);
    ::raise(SIGUSR1);
    co_await g.join();
    CHECK(result == -1);
    CHECK(one.calls() == 1);
    CHECK(two.calls() == 0);
  });
  CHECK(two.calls() == 0);
}

TEST_CASE("pause ends when a handler has run, and others go on meanwhile") {
  const handler one(SIGUSR1);
  const sigset_t before = mask_now();
  const int descriptors = tests::open_descriptors();
  green::run([&]() -> green::task<> {
    std::vector<int> order;
    const auto waits = [&]() -> green::task<> {
      CHECK(answer(co_await green::pause()) == failed(EINTR));
      order.push_back(one.calls());
    };
    const auto g = co_await tests::started(waits);
    for (int i = 0; i < 10; ++i) co_await green::sleep();
    order.push_back(-1);
    ::kill(::getpid(), SIGUSR1);
    co_await g.join();
    CHECK(order == std::vector<int>{-1, 1});
    CHECK(tests::same(mask_now(), before));
    ::raise(SIGUSR1);  // nobody waits: handled at once
    CHECK(one.calls() == 2);
  });
  CHECK(tests::open_descriptors() == descriptors);
}

TEST_CASE("each of several that pause is ended, and the mask is put back") {
  const handler one(SIGUSR1), two(SIGUSR2);
  const sigset_t before = mask_now();
  green::run([&]() -> green::task<> {
    const auto waits = []() -> green::task<> { co_await green::pause(); };
    const auto a = co_await tests::started(waits);
    const auto b = co_await tests::started(waits);
    const auto c = co_await tests::started(waits);
    int sent = 0;
    while (!a.ready() || !b.ready() || !c.ready()) {
      const int seen = one.calls() + two.calls();
      ::kill(::getpid(), ++sent % 2 == 0 ? SIGUSR1 : SIGUSR2);
      while (one.calls() + two.calls() == seen) co_await green::sleep();
      co_await tests::others_wait();
    }
    CHECK(sent == 3);
    CHECK(tests::same(mask_now(), before));
  });
}

TEST_CASE("killed in pause, its signals are handled at once again") {
  const handler one(SIGUSR1);
  const sigset_t before = mask_now();
  green::run([&]() -> green::task<> {
    const auto waits = []() -> green::task<> { co_await green::pause(); };
    co_await tests::check_interruptible(waits);
    CHECK(tests::same(mask_now(), before));
    const auto g = co_await tests::started(waits);
    ::raise(SIGUSR1);
    CHECK(one.calls() == 0);  // held for the one that waits
    g.kill_nowait();
    co_await g.join();
    CHECK(one.calls() == 1);
    CHECK(tests::same(mask_now(), before));
  });
}
