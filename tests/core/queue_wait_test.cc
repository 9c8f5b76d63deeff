// SPDX-License-Identifier: MIT
#include "green/core/queue_wait.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::never;
using tests::permits;
using tests::run_virtual;
using mode = permits::wait::mode;
using numbers = std::vector<int>;

}  // namespace

TEST_CASE("what is there already is not waited for") {
  run_virtual([]() -> task<> {
    permits p(2);
    bool other_ran = false;
    const auto other = green::spawn([&] { other_ran = true; });
    CHECK(co_await p.acquire());
    CHECK(co_await p.acquire(1s));
    CHECK(p.left() == 0);
    CHECK_FALSE(other_ran);
    co_await other.join();
  });
}

TEST_CASE("waiters are notified in the order of their coming") {
  run_virtual([]() -> task<> {
    permits p;
    numbers log;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(green::spawn([&, i]() -> task<> {
        co_await p.acquire();
        log.push_back(i);
      }));
    }
    co_await green::sleep();
    for (int i = 0; i < 3; ++i) p.release();
    co_await green::sleep();
    CHECK(log == numbers{0, 1, 2});
    p.release_all();
    co_await green::joinall(all);
    CHECK(log == numbers{0, 1, 2, 3, 4});
    CHECK(p.left() == 0);
  });
}

TEST_CASE("a wait ends at its deadline") {
  run_virtual([]() -> task<> {
    permits p;
    const auto start = green::core::now();
    CHECK_FALSE(co_await p.acquire(3s));
    CHECK(tests::since(start) == 3s);
    CHECK_FALSE(p.somebody_waits());
    p.release();
    CHECK(p.left() == 1);
  });
}

TEST_CASE("a deadline that has passed asks once and does not wait long") {
  run_virtual([]() -> task<> {
    permits p;
    const auto start = green::core::now();
    CHECK_FALSE(co_await p.acquire(-1s));
    CHECK(tests::since(start) == 0s);
    p.release();
    CHECK(co_await p.acquire(-1s));
  });
}

TEST_CASE("a notification before the deadline leaves no timer behind") {
  run_virtual([]() -> task<> {
    permits p;
    const auto waits = green::spawn([&] {
      return [](permits& from) -> task<bool> {
        co_return co_await from.acquire(1h);
      }(p);
    });
    co_await green::sleep(1s);
    p.release();
    CHECK(co_await waits.get());
    CHECK(green::core::scheduler::here()->timers().empty());
  });
}

TEST_CASE("of a notification and a deadline in one turn the first wins") {
  run_virtual([]() -> task<> {
    permits p;
    bool got = false;
    const auto waits =
        green::spawn([&]() -> task<> { got = co_await p.acquire(1s); });
    SUBCASE("notified first") {
      co_await green::sleep(999ms);
      p.release();
      co_await waits.join();
      CHECK(got);
      CHECK(p.left() == 0);
    }
    SUBCASE("deadline first: the permit stays") {
      co_await green::sleep();
      co_await green::sleep(1s);  // armed later, so it rings second
      p.release();
      co_await waits.join();
      CHECK_FALSE(got);
      CHECK(p.left() == 1);
    }
  });
}

TEST_CASE("a kill ends a wait, and the next in the queue is served") {
  run_virtual([]() -> task<> {
    permits p;
    numbers log;
    const auto first = green::spawn([&]() -> task<> {
      co_await p.acquire();
      log.push_back(1);
    });
    const auto second = green::spawn([&]() -> task<> {
      co_await p.acquire(1h);
      log.push_back(2);
    });
    co_await green::sleep();
    co_await first.kill();
    CHECK(first.was_killed());
    p.release();
    co_await second.join();
    CHECK(log == numbers{2});
    CHECK(green::core::scheduler::here()->timers().empty());
  });
}

TEST_CASE("a notified waiter keeps its permit though it is killed then") {
  run_virtual([]() -> task<> {
    permits p;
    bool got = false;
    bool went_on = false;
    const auto waits = green::spawn([&]() -> task<> {
      got = co_await p.acquire(1h);
      co_await green::sleep();
      went_on = true;
    });
    co_await green::sleep();
    p.release();
    waits.kill_nowait();
    co_await waits.join();
    CHECK(got);
    CHECK_FALSE(went_on);
    CHECK(waits.was_killed());
    CHECK(p.left() == 0);
  });
}

TEST_CASE("a killed waiter takes no permit that comes after") {
  run_virtual([]() -> task<> {
    permits p;
    const auto waits = green::spawn([&]() -> task<> { co_await p.acquire(); });
    co_await green::sleep();
    waits.kill_nowait();
    p.release();
    co_await waits.join();
    CHECK(waits.was_killed());
    CHECK(p.left() == 1);
  });
}

TEST_CASE("a timeout ends a wait") {
  run_virtual([]() -> task<> {
    permits p;
    const green::timeout limit(2s);
    const auto start = green::core::now();
    CHECK_THROWS_AS(co_await p.acquire(), green::timed_out);
    CHECK(tests::since(start) == 2s);
    CHECK_FALSE(p.somebody_waits());
  });
}

TEST_CASE("kept: an interrupt ends the wait and is thrown at the next") {
  run_virtual([]() -> task<> {
    permits p;
    numbers log;
    const auto waits = green::spawn([&]() -> task<> {
      log.push_back(co_await p.acquire(never, mode::kept) ? 1 : 2);
      log.push_back(co_await p.acquire(never, mode::kept) ? 3 : 4);
      try {
        co_await p.acquire();
      } catch (const green::core::killed&) {
        log.push_back(5);
        throw;
      }
    });
    co_await green::sleep();
    co_await waits.kill();
    CHECK(log == numbers{2, 4, 5});
    CHECK(waits.was_killed());
  });
}

TEST_CASE("deferred: an interrupt waits until the wait is over") {
  run_virtual([]() -> task<> {
    permits p;
    numbers log;
    const auto waits = green::spawn([&]() -> task<> {
      log.push_back(co_await p.acquire(never, mode::deferred) ? 1 : 2);
      log.push_back(co_await p.acquire(1s, mode::deferred) ? 3 : 4);
      co_await green::sleep();
      log.push_back(6);
    });
    co_await green::sleep();
    waits.kill_nowait();
    co_await green::sleep(1h);
    CHECK(log.empty());
    p.release();
    co_await waits.join();
    CHECK(log == numbers{1, 4});
    CHECK(waits.was_killed());
  });
}

TEST_CASE("a wait says what it waits for and where") {
  permits p;
  run_virtual([&]() -> task<> {
    const auto waits = green::spawn([&]() -> task<> { co_await p.acquire(); });
    co_await green::sleep();
    const std::string wait = waits.state().describe_wait();
    CHECK(wait.find("permit at ") == 0);
    CHECK(wait.find("queue_wait_test.cc:") != std::string::npos);
  });
}
