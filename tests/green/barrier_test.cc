// SPDX-License-Identifier: MIT
#include "green/barrier"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/lock_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::mirrors_member;
using tests::others_wait;
using tests::task_of;

static_assert(mirrors_member<green::barrier<>, std::barrier<>>(
    [](auto& barrier) { return barrier.arrive_and_wait(); }));
static_assert(mirrors_member<green::barrier<>, std::barrier<>>([](auto& b) {
  return b.wait(b.arrive());
}));
static_assert(mirrors_member<green::barrier<>, std::barrier<>>([](auto& b) {
  return b.wait(b.arrive(2));
}));
static_assert(green::barrier<>::max() >= 1000);

// [thread.barrier.class] A constant, and no end of a hierarchy.
constinit green::barrier<> before_all_code(2);
struct derived : green::barrier<> {
  using barrier::barrier;
};
static_assert(std::is_constructible_v<derived, int>);

namespace {

// Counts the phases; may be copied, as a completion function is.
struct count_phases {
  int* phases;
  void operator()() noexcept { ++*phases; }
};

template <class S>
using counting_barrier = typename S::template barrier<count_phases>;

}  // namespace

TEST_CASE_TEMPLATE("all parties pass each phase together", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {  // I12
    constexpr int parties = 4, passes = 10;
    int phases = 0;
    std::atomic<int> arrived = 0;
    counting_barrier<S> meeting(parties, count_phases{&phases});
    const auto party = [&]() -> task_of<S> {
      for (int pass = 1; pass <= passes; ++pass) {
        ++arrived;
        co_await meeting.arrive_and_wait();
        // The completion has run, and nobody has gone on before all were here.
        CHECK(phases == 2 * pass - 1);
        CHECK(arrived == pass * parties);
        co_await meeting.arrive_and_wait();
        CHECK(phases == 2 * pass);
      }
    };
    typename S::thread a(party), b(party), c(party), d(party);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await d.join();
    CHECK(phases == 2 * passes);
  });
}

TEST_CASE_TEMPLATE("one may arrive first and wait later", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template barrier<> meeting(3);
    std::atomic<int> here = 0;
    const auto party = [&]() -> task_of<S> {
      for (int pass = 1; pass <= 20; ++pass) {
        ++here;
        auto arrival = meeting.arrive();
        co_await S::this_thread::yield();
        co_await meeting.wait(std::move(arrival));
        CHECK(here >= 3 * pass);
      }
    };
    typename S::thread a(party), b(party), c(party);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    auto all = meeting.arrive(3);  // one for all
    co_await meeting.wait(std::move(all));
  });
}

TEST_CASE_TEMPLATE("who drops out is not waited for again", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    int phases = 0;
    counting_barrier<S> meeting(3, count_phases{&phases});
    const auto party = [&](int passes) -> task_of<S> {
      for (int pass = 0; pass < passes; ++pass) {
        co_await meeting.arrive_and_wait();
      }
      meeting.arrive_and_drop();
    };
    typename S::thread a(party, 2), b(party, 5), c(party, 9);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(phases == 10);
  });
}

TEST_CASE_TEMPLATE("a phase that is over is not waited for", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template barrier<> alone(1);
    for (int pass = 0; pass < 10; ++pass) {
      auto arrival = alone.arrive();
      co_await alone.wait(std::move(arrival));
      co_await alone.arrive_and_wait();
    }
  });
}

TEST_CASE("a static barrier, and one that was derived") {
  green::run([]() -> green::task<> {
    derived own(1);
    co_await own.arrive_and_wait();
    auto first = before_all_code.arrive();
    auto second = before_all_code.arrive();
    co_await before_all_code.wait(std::move(first));
    co_await before_all_code.wait(std::move(second));
  });
}

TEST_CASE("a completion function may own things, and be moved") {
  green::run([]() -> green::task<> {
    int phases = 0;
    const auto count = [&phases, step = std::make_unique<int>(2)]() noexcept {
      phases += *step;
    };
    auto completion = [&count]() noexcept { count(); };
    green::barrier meeting(1, std::move(completion));
    co_await meeting.arrive_and_wait();
    CHECK(phases == 2);
  });
}

TEST_CASE("a party that stops waiting has arrived for this phase") {
  tests::run_virtual([]() -> green::task<> {
    int phases = 0;
    green::barrier meeting(3, count_phases{&phases});
    const auto party = [&]() -> green::task<> {
      co_await meeting.arrive_and_wait();
    };
    const auto late = [&]() -> green::task<> {
      const green::timeout limit(1s);
      co_await meeting.arrive_and_wait();
    };
    auto killed = green::spawn(party), timed = green::spawn(late);
    co_await others_wait();
    co_await killed.kill();
    CHECK_THROWS_AS(co_await timed.get(), green::timed_out);
    CHECK(phases == 0);
    co_await meeting.arrive_and_wait();
    CHECK(phases == 1);
    // The next phase waits for three again.
    auto a = green::spawn(party), b = green::spawn(party);
    co_await others_wait();
    CHECK_FALSE(a.ready());
    co_await meeting.arrive_and_wait();
    co_await a.join();
    co_await b.join();
    CHECK(phases == 2);
  });
}

TEST_CASE("one that is killed before it arrives does not arrive") {
  green::run([]() -> green::task<> {
    int phases = 0;
    green::barrier meeting(1, count_phases{&phases});
    const auto late = [&]() -> green::task<> {
      green::getcurrent().kill_nowait();
      co_await meeting.arrive_and_wait();
      FAIL_CHECK("it was killed");
    };
    auto party = green::spawn(late);
    co_await party.join();
    CHECK(party.was_killed());
    CHECK(phases == 0);
  });
}

TEST_CASE("parties of three hubs, and a thread of the system, pass together") {
  constexpr int passes = 100;
  std::atomic<int> phases = 0;
  const auto count = [&phases]() noexcept { ++phases; };
  green::barrier meeting(7, count);
  // The phase is over when a party has waited for it, not when the completion
  // function has run.
  std::atomic<int> over = 0;
  std::thread outsider([&] {
    for (int pass = 1; pass <= passes; ++pass) {
      (void)meeting.arrive();
      while (over < pass) std::this_thread::yield();
    }
    meeting.arrive_and_drop();
  });
  tests::run_hubs(3, [&](int) -> green::task<> {
    const auto party = [&]() -> green::task<> {
      for (int pass = 1; pass <= passes + 1; ++pass) {
        co_await meeting.arrive_and_wait();
        over = pass;
        CHECK(phases >= pass);
        CHECK(phases <= pass + 1);
      }
      meeting.arrive_and_drop();
    };
    auto other = green::spawn(party);
    co_await party();
    co_await other.join();
  });
  outsider.join();
  CHECK(phases == passes + 2);
}

TEST_CASE("one arrival too many aborts with a message") {
  CHECK(tests::dying_words([] {
          green::barrier<> meeting(2);
          (void)meeting.arrive(3);
        }).find("more arrived at a barrier") != std::string::npos);
}
