// SPDX-License-Identifier: MIT
// choose, of green/choose.h: kills, timeouts and the end of run lose nothing.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "green/choose.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/timeout.h"
#include "tests/support/forks.h"
#include "tests/support/processes.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::choose;
using green::task;

namespace {

// What choices of one green thread have come to.
struct world {
  green::queue<int> gets, full{1};
  green::counting_semaphore<> permits{0};
  std::vector<std::size_t> chosen;
  bool killed = false;

  world() { full.put_nowait(0); }
  green::greenlet<> start(std::chrono::seconds most = 1h) {
    return green::spawn(
        [](world* w, std::chrono::seconds limit) -> task<> {
          return w->choose_again(limit);
        },
        this, most);
  }
  // Until it is killed or times out.
  task<> choose_again(std::chrono::seconds most) {
    try {
      const green::timeout limit(most);
      for (;;) {
        auto put = full.put_case(1);
        const auto one =
            co_await choose(gets.get_case(), put, permits.acquire_case());
        CHECK((put.value() == nullptr) == (one.index() == 1));
        chosen.push_back(one.index());
      }
    } catch (const green::killed&) {
      killed = true;
    } catch (const green::timed_out&) {
      killed = true;
    }
  }
  // Nobody waits: all that comes stays.
  void check_left() {
    gets.put_nowait(9);
    CHECK(gets.get_nowait() == 9);
    permits.release();
    CHECK(permits.try_acquire());
    CHECK_FALSE(permits.try_acquire());
    (void)full.try_get();
    CHECK(full.empty());
  }
};

}  // namespace

TEST_CASE("a kill takes the choice out of all its queues") {
  tests::run_virtual([]() -> task<> {
    world w;
    const auto g = w.start();
    co_await green::sleep();
    co_await g.kill();
    CHECK(w.killed);
    CHECK(w.chosen.empty());
    w.check_left();
  });
}

TEST_CASE("in one turn, the first of a kill and an item decides") {
  tests::run_virtual([]() -> task<> {
    for (const bool kill_first : {true, false}) {
      for (const int kind : {0, 1, 2}) {
        world w;
        const auto g = w.start();
        co_await green::sleep();
        if (kill_first) g.kill_nowait();
        if (kind == 0) w.gets.put_nowait(1);
        if (kind == 1) CHECK(w.full.get_nowait() == 0);
        if (kind == 2) w.permits.release();
        if (!kill_first) g.kill_nowait();
        co_await g.join();
        CHECK(w.killed);
        REQUIRE(w.chosen.size() == (kill_first ? 0 : 1));
        if (!kill_first) CHECK(w.chosen[0] == std::size_t(kind));
        CHECK(w.gets.size() == (kill_first && kind == 0 ? 1 : 0));
        CHECK(w.full.size() == (kill_first && kind == 1 ? 0 : 1));
        CHECK(w.permits.try_acquire() == (kill_first && kind == 2));
        (void)w.gets.try_get();
        w.check_left();
      }
    }
  });
}

TEST_CASE("a timeout and an item at the same time") {
  tests::run_virtual([]() -> task<> {
    for (const int order : {0, 1}) {
      world w;
      std::optional<green::greenlet<>> g;
      if (order == 0) g = w.start(5s);
      co_await green::sleep();
      const auto comes = green::spawn_later(5s, [&w] { w.gets.put_nowait(1); });
      co_await green::sleep();
      if (order == 1) g = w.start(5s);
      co_await green::joinall({green::any_greenlet(*g), comes});
      CHECK(w.killed);
      CHECK(w.chosen.size() + w.gets.size() == 1);
      (void)w.gets.try_get();
      w.check_left();
    }
  });
}

TEST_CASE("a deadline and an item at the same time") {
  tests::run_virtual([]() -> task<> {
    for (int i = 0; i < 2; ++i) {
      green::queue<int> q;
      const auto puts = [&] { q.put_nowait(1); };
      green::greenlet<> comes;
      if (i == 0) comes = green::spawn_later(5s, puts);
      co_await green::sleep();
      const auto waits = [&]() -> task<std::size_t> {
        co_return (co_await choose(q.get_case(), 5s)).index();
      };
      const auto waiter = green::spawn(waits);
      co_await green::sleep();
      if (i == 1) comes = green::spawn_later(5s, puts);
      co_await comes.join();
      CHECK(co_await waiter.get() == q.size());
    }
  });
}

TEST_CASE("one that is killed before it chooses takes nothing") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q, room(1);
    q.put_nowait(1);
    auto put = room.put_case(2);
    bool killed = false;
    const auto body = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      try {
        co_await choose(q.get_case(), put, green::otherwise);
      } catch (const green::killed&) {
        killed = true;
      }
    };
    const auto g = green::spawn(body);
    co_await g.join();
    CHECK(killed);
    CHECK(q.size() == 1);
    CHECK(room.empty());
    CHECK(*put.value() == 2);
  });
}

TEST_CASE("a close and a kill in one turn") {
  tests::run_virtual([]() -> task<> {
    for (const bool kill_first : {true, false}) {
      green::queue<int> q, other;
      bool closed = false, killed = false;
      const auto body = [&]() -> task<> {
        try {
          co_await choose(q.get_case(), other.get_case(), q.next_case());
        } catch (const green::queue_closed&) {
          closed = true;
        } catch (const green::killed&) {
          killed = true;
        }
      };
      const auto g = green::spawn(body);
      co_await green::sleep();
      if (kill_first) g.kill_nowait();
      q.close();
      if (!kill_first) g.kill_nowait();
      co_await g.join();
      CHECK(killed == kill_first);
      CHECK(closed == !kill_first);
    }
  });
}

TEST_CASE("those that live when run ends leave their queues") {
  green::queue<int> a;
  green::event e;
  bool ended = false;
  const auto stubborn = [&]() -> task<> {
    for (int i = 0; i < 100; ++i) {
      try {
        co_await choose(a.get_case(), e.wait_case(), 1h);
      } catch (const green::killed&) {
        ended = true;
      }
    }
  };
  tests::run_virtual([&]() -> task<> {
    const auto g = green::spawn(stubborn);
    co_await green::sleep();
  });
  CHECK(ended);
  a.put_nowait(1);
  CHECK(a.size() == 1);
}

TEST_CASE("in a child of fork, nothing is for choices that are not there") {
  green::run([]() -> task<> {
    green::queue<int> q;
    green::channel<int> c;
    const auto waits = [&]() -> task<> {
      co_await choose(q.get_case(), c.get_case(), c.put_case(1));
    };
    const auto waiter = co_await tests::started(waits);
    const auto alone = [&]() -> task<bool> {
      q.put_nowait(2);
      const bool kept = !c.try_get() && !c.try_put(3);
      const int got = co_await q.get();
      co_return (kept && got == 2);
    };
    CHECK(co_await tests::in_child(alone) == tests::exited(0));
    c.put_nowait(4);
    co_await waiter.join();
  });
}
