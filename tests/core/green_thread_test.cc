// SPDX-License-Identifier: MIT
#include "green/core/green_thread.h"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::green_thread;
using green::core::killed;
using outcome = green_thread::outcome;
using tests::permits;
using tests::run_virtual;
using numbers = std::vector<int>;

static_assert(!std::is_base_of_v<std::exception, killed>);

// Counts the objects that live.
struct counted {
  explicit counted(int& n) : live(&n) { ++*live; }
  counted(const counted& other) : live(other.live) { ++*live; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*live; }
  int* live;
};

}  // namespace

TEST_CASE("a green thread starts at the next turn, in order") {
  run_virtual([]() -> task<> {
    numbers log{0};
    for (int i = 1; i < 4; ++i) {
      green::spawn([&log, i] { log.push_back(i); });
    }
    log.push_back(100);
    co_await green::sleep();
    CHECK(log == numbers{0, 100, 1, 2, 3});
  });
}

TEST_CASE("the states of a green thread that returns") {
  run_virtual([]() -> task<> {
    const auto g = green::spawn([]() -> task<int> {
      co_await green::sleep(1s);
      co_return 5;
    });
    green_thread& state = g.state();
    CHECK_FALSE(state.started());
    CHECK(state.describe_wait() == "not started");
    co_await green::sleep();
    CHECK(state.started());
    CHECK_FALSE(state.finished());
    CHECK(state.how() == outcome::pending);
    CHECK(state.waiting() != nullptr);
    CHECK(g.value() == nullptr);
    co_await g.join();
    CHECK(state.finished());
    CHECK(state.how() == outcome::value);
    CHECK(state.error() == nullptr);
    CHECK(state.describe_wait() == "finished");
    CHECK(*g.value() == 5);
  });
}

TEST_CASE("a green thread that throws keeps the very object") {
  run_virtual([]() -> task<> {
    const auto error = std::make_exception_ptr(std::runtime_error("same"));
    const auto g = green::spawn([&]() -> task<int> {
      co_await green::sleep();
      std::rethrow_exception(error);
    });
    const auto plain = green::spawn([&] { std::rethrow_exception(error); });
    co_await g.join();
    co_await plain.join();
    CHECK(g.state().how() == outcome::error);
    CHECK(g.state().error() == error);
    CHECK(plain.state().error() == error);
    g.state().take_error();
    plain.state().take_error();
  });
}

TEST_CASE("killed before its start, it never starts") {
  run_virtual([]() -> task<> {
    int live = 0;
    bool ran = false;
    const auto g = green::spawn([&ran](counted) { ran = true; }, counted(live));
    CHECK(live == 1);
    g.kill_nowait();
    CHECK(g.ready());
    CHECK(g.state().how() == outcome::killed);
    CHECK(live == 0);
    co_await green::sleep();
    CHECK_FALSE(ran);
  });
}

TEST_CASE("killed before its delayed start, it leaves no timer") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto g = green::spawn_later(1h, [&] { ran = true; });
    co_await green::sleep(1s);
    g.kill_nowait();
    CHECK(g.ready());
    CHECK(green::core::scheduler::here()->timers().empty());
    co_await green::sleep(2h);
    CHECK_FALSE(ran);
  });
}

TEST_CASE("killed in the ready queue, after its timer, it never starts") {
  run_virtual([]() -> task<> {
    bool ran = false;
    green::greenlet<> late;
    // Rings in the same turn, before: kills what is about to start.
    const auto killer = green::spawn([&]() -> task<> {
      co_await green::sleep(1s);
      late.kill_nowait();
    });
    co_await green::sleep();
    late = green::spawn_later(1s, [&] { ran = true; });
    co_await green::sleep(2s);
    CHECK(killer.ready());
    CHECK(late.was_killed());
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a kill is thrown at the current await and unwinds") {
  run_virtual([]() -> task<> {
    int live = 0;
    bool went_on = false;
    const auto inner = [&]() -> task<> {
      const counted guard(live);
      co_await green::sleep(1h);
      went_on = true;
    };
    const auto g = green::spawn([&]() -> task<> {
      const counted guard(live);
      co_await inner();
      went_on = true;
    });
    co_await green::sleep();
    CHECK(live == 2);
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(tests::since(start) == 0s);
    CHECK(g.state().how() == outcome::killed);
    CHECK(live == 0);
    CHECK_FALSE(went_on);
  });
}

TEST_CASE("kill waits for the cleaning up of the killed") {
  run_virtual([]() -> task<> {
    numbers log;
    const auto g = green::spawn([&]() -> task<> {
      bool clean = false;
      try {
        co_await green::sleep(1h);
      } catch (const killed&) {
        clean = true;
      }
      if (clean) co_await green::sleep(50ms);
      log.push_back(1);
    });
    co_await green::sleep();
    const auto start = green::core::now();
    co_await g.kill();
    log.push_back(2);
    CHECK(tests::since(start) == 50ms);
    CHECK(log == numbers{1, 2});
    CHECK(g.state().how() == outcome::value);
  });
}

TEST_CASE("two kills before the first is thrown are one") {
  run_virtual([]() -> task<> {
    int caught = 0;
    const auto g = green::spawn([&]() -> task<> {
      for (int i = 0; i < 3; ++i) {
        try {
          co_await green::sleep(1s);
        } catch (const killed&) {
          ++caught;
        }
      }
    });
    co_await green::sleep();
    g.kill_nowait();
    g.kill_nowait();
    co_await green::sleep();
    CHECK(caught == 1);
    co_await g.join();
    CHECK(caught == 1);
  });
}

TEST_CASE("killing the dead does nothing") {
  run_virtual([]() -> task<> {
    const auto g = green::spawn([] { return 1; });
    CHECK(co_await g.get() == 1);
    g.kill_nowait();
    co_await g.kill();
    CHECK(g.state().how() == outcome::value);
  });
}

TEST_CASE("one that kills itself is thrown at its next await") {
  run_virtual([]() -> task<> {
    numbers log;
    const auto g = green::spawn([&]() -> task<> {
      green::getcurrent().kill_nowait();
      log.push_back(1);
      try {
        co_await green::sleep();
        log.push_back(2);
      } catch (const killed&) {
        log.push_back(3);
        throw;
      }
    });
    co_await g.join();
    CHECK(log == numbers{1, 3});
    CHECK(g.was_killed());
  });
}

TEST_CASE("a kill is thrown at the await of a child task too") {
  run_virtual([]() -> task<> {
    bool child_ran = false;
    const auto child = [&]() -> task<> {
      child_ran = true;
      co_return;
    };
    const auto g = green::spawn([&]() -> task<> {
      green::getcurrent().kill_nowait();
      co_await child();
    });
    co_await g.join();
    CHECK(g.was_killed());
    CHECK_FALSE(child_ran);
  });
}

TEST_CASE("one that catches kills lives on, and every kill is a shot") {
  run_virtual([]() -> task<> {
    int caught = 0;
    const auto g = green::spawn([&]() -> task<> {
      while (caught < 3) {
        try {
          co_await green::sleep(1h);
        } catch (const killed&) {
          ++caught;
        }
      }
    });
    co_await green::sleep();
    CHECK_FALSE(co_await g.kill(100ms));
    CHECK(caught == 1);
    CHECK_FALSE(co_await g.kill(100ms));
    CHECK(caught == 2);
    CHECK(co_await g.kill(100ms));
    CHECK(g.state().how() == outcome::value);
  });
}

TEST_CASE("a wait that is over when the kill comes gives its result") {
  run_virtual([]() -> task<> {
    permits p;
    numbers log;
    const auto g = green::spawn([&]() -> task<> {
      log.push_back(co_await p.acquire() ? 1 : 0);
      co_await green::sleep();
      log.push_back(2);
    });
    co_await green::sleep();
    p.release();
    g.kill_nowait();
    co_await g.join();
    CHECK(log == numbers{1});
    CHECK(g.was_killed());
  });
}

TEST_CASE("leaving with killed is a normal end, though an error came of it") {
  run_virtual([]() -> task<> {
    const auto rethrows = green::spawn([]() -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const killed&) {
        throw std::runtime_error("cleaning up failed");
      }
    });
    co_await green::sleep();
    co_await rethrows.kill();
    CHECK(rethrows.state().how() == outcome::error);
    rethrows.state().take_error();
  });
}

TEST_CASE("function and arguments live until the end, not longer") {
  run_virtual([]() -> task<> {
    int live = 0;
    const auto g = green::spawn(
        [guard = counted(live)](counted c) -> task<> {
          CHECK(*c.live == *guard.live);
          co_await green::sleep(1s);
        },
        counted(live));
    CHECK(live == 2);
    co_await green::sleep();
    CHECK(live >= 2);
    co_await g.join();
    CHECK(live == 0);
  });
}
