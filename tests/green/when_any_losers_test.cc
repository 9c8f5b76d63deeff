// SPDX-License-Identifier: MIT
// when_any: what came to those that lost goes back where it came from.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <variant>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/queue.h"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/sys/socket.h"
#include "green/when.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using green::when_any;

namespace {

// Runs `ties` when the caller waits: what it does comes in one turn.
template <class F>
auto at_once(F ties) {
  const auto later = [](F f) -> task<> {
    f();
    co_return;
  };
  return green::spawn_later(1ms, later, std::move(ties));
}

template <class Queue>
task<> keeps_its_item() {
  green::queue<int> winner;
  Queue loser;
  for (int i = 0; i < 3; ++i) {
    const auto ties = at_once([&] {
      winner.put_nowait(i);
      loser.put_nowait(7);
      loser.put_nowait(8);
    });
    auto first = co_await when_any(winner.get(), loser.get());
    co_await ties.join();
    CHECK(first.index() == 0);
    CHECK(std::get<0>(first) == i);
    CHECK_FALSE(std::get<1>(first.others).has_value());
    CHECK(loser.size() == 2);
    // As if nobody had taken the first of them: another would be last in, or
    // the smaller one, as ever.
    const int next = loser.get_nowait();
    const int last = loser.get_nowait();
    CHECK(next + last == 15);
    if constexpr (std::is_same_v<Queue, green::lifo_queue<int>>) continue;
    CHECK(next == 7);
  }
}

// Somebody holds what `takes` takes, and unlocks it at the moment of the tie;
// `locks` loses, and whoever takes it next has it.
template <class Take, class Lock, class Unlock>
task<> gives_back(Take takes, Lock locks, Unlock unlocks) {
  green::queue<int> winner;
  const auto holds = [&]() -> task<> {
    co_await takes();
    co_await green::sleep(1ms);
    winner.put_nowait(1);
    unlocks();
  };
  const auto holder = green::spawn(holds);
  co_await green::sleep();
  const auto first = co_await when_any(winner.get(), locks());
  CHECK(first.index() == 0);
  co_await holder.join();
  bool has_it = false;
  const auto wants = [&]() -> task<> {
    co_await takes();
    has_it = true;
    unlocks();
  };
  co_await green::spawn(wants).join(1ms);
  CHECK(has_it);
}

}  // namespace

TEST_CASE_TEMPLATE("an item of a queue is its next again", Queue,
                   green::queue<int>, green::lifo_queue<int>,
                   green::priority_queue<int>, green::joinable_queue<int>) {
  tests::run_virtual([]() -> task<> { co_await keeps_its_item<Queue>(); });
}

TEST_CASE("so is next's, and that of a range") {
  tests::run_virtual([]() -> task<> {
    green::queue<std::string> a, b;
    auto ties = at_once([&] {
      a.put_nowait("a");
      b.put_nowait("b");
    });
    const auto first = co_await when_any(a.next(), b.next());
    CHECK(std::get<0>(first) == "a");
    CHECK(b.get_nowait() == "b");
    auto of_a = a.get(), of_b = b.get();
    std::array both{&of_a, &of_b};
    const auto named =
        both | std::views::transform([](auto* one) -> auto& { return *one; });
    ties = at_once([&] {
      b.put_nowait("b");
      a.put_nowait("a");
    });
    const auto one = co_await when_any(named);
    CHECK(one.index == 1);
    CHECK(one.value == "b");
    CHECK(one.others.empty());
    CHECK(a.get_nowait() == "a");
  });
}

TEST_CASE("an item goes back to a queue that is full, closed, or waited for") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> winner, full(1), closed, waited_for;
    const auto fills = at_once([&] {
      winner.put_nowait(0);
      full.put_nowait(1);  // the loser has it, and its place is taken
      full.put_nowait(2);
    });
    co_await when_any(winner.get(), full.get());
    CHECK(full.size() == 2);
    CHECK_FALSE(full.try_put(3));
    CHECK(full.get_nowait() == 1);
    CHECK_FALSE(full.try_put(3));
    CHECK(full.get_nowait() == 2);
    CHECK(full.try_put(3));

    const auto closes = at_once([&] {
      winner.put_nowait(0);
      closed.put_nowait(1);
      closed.close();
    });
    co_await when_any(winner.get(), closed.get());
    CHECK(co_await closed.get() == 1);
    CHECK_THROWS_AS(closed.get_nowait(), green::queue_closed);

    std::optional<int> got;
    const auto gets = [&]() -> task<> { got = co_await waited_for.get(); };
    green::greenlet<> getter;
    const auto ties = at_once([&] {
      getter = green::spawn(gets);
      winner.put_nowait(0);
      waited_for.put_nowait(1);
    });
    co_await when_any(winner.get(), waited_for.get());
    co_await getter.join();
    CHECK(got == 1);
  });
}

TEST_CASE("an item of a channel is the next's to come") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> winner;
    green::channel<int> channel;
    const auto puts = [&]() -> task<> {
      co_await green::sleep(1ms);
      winner.put_nowait(1);
      co_await channel.put(2);
      co_await channel.put(3);
    };
    const auto putter = green::spawn(puts);
    const auto first = co_await when_any(winner.get(), channel.get());
    CHECK(first.index() == 0);
    CHECK(co_await channel.get() == 2);
    CHECK(co_await channel.get() == 3);
    co_await putter.join();
  });
}

TEST_CASE("the tasks of a joinable queue stay unfinished") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> winner;
    green::joinable_queue<int> tasks;
    const auto ties = at_once([&] {
      winner.put_nowait(1);
      tasks.put_nowait(2);
    });
    co_await when_any(winner.get(), tasks.get());
    CHECK_FALSE(co_await tasks.join(1ms));
    tasks.get_nowait();
    tasks.task_done();
    CHECK(co_await tasks.join(1ms));
  });
}

TEST_CASE_TEMPLATE("a lock is given back", Mutex, green::mutex,
                   green::timed_mutex, green::recursive_mutex,
                   green::recursive_timed_mutex, green::shared_mutex,
                   green::shared_timed_mutex) {
  tests::run_virtual([]() -> task<> {
    Mutex m;
    co_await gives_back([&] { return m.lock(); }, [&] { return m.lock(); },
                        [&] { m.unlock(); });
    CHECK(m.try_lock());
    m.unlock();
    // One that is an object, too.
    co_await gives_back([&] { return m.lock(); },
                        [&] { return m.scoped_lock(); }, [&] { m.unlock(); });
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("so is a shared or a timed one") {
  tests::run_virtual([]() -> task<> {
    green::shared_timed_mutex m;
    co_await gives_back([&] { return m.lock(); },
                        [&] { return m.try_lock_for(1h); },
                        [&] { m.unlock(); });
    co_await gives_back([&] { return m.lock(); },
                        [&] { return m.lock_shared(); }, [&] { m.unlock(); });
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("a permit of a semaphore is given back") {
  tests::run_virtual([]() -> task<> {
    green::counting_semaphore<> permits(1);
    co_await gives_back([&] { return permits.acquire(); },
                        [&] { return permits.acquire(); },
                        [&] { permits.release(); });
    co_await gives_back([&] { return permits.acquire(); },
                        [&] { return permits.try_acquire_for(1h); },
                        [&] { permits.release(); });
    co_await gives_back([&] { return permits.acquire(); },
                        [&] { return permits.scoped_acquire(); },
                        [&] { permits.release(); });
    CHECK(permits.try_acquire());
    CHECK_FALSE(permits.try_acquire());
  });
}

TEST_CASE("what is something wins over the end of a sleep in a tie") {
  tests::run_virtual([]() -> task<> {
    auto [in, to] = tests::stream_pair();
    const int from = in, out = to;
    const auto receives = [from]() -> task<std::string> {
      char text[8];
      const ssize_t got = co_await green::recv(from, text, sizeof text, 0);
      co_return std::string(text, std::size_t(got));
    };
    CHECK(::send(out, "x", 1, 0) == 1);
    const auto first = co_await when_any(green::sleep(0s), receives());
    REQUIRE(first.index() == 1);
    CHECK(std::get<1>(first) == "x");
    // A kill that was thrown has ended it, whatever it gives then.
    const auto dies = []() -> task<int> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      co_return 1;
    };
    const auto later = co_await when_any(green::sleep(1ms), dies());
    CHECK(later.index() == 0);
    CHECK(std::get<1>(later.others) == 1);
  });
}

TEST_CASE("a queue's get beside a sleep loses nothing that is not looked at") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q;
    constexpr int count = 500;
    const auto puts = [&]() -> task<> {
      for (int i = 0; i < count; ++i) {
        co_await green::sleep(std::chrono::microseconds(i % 3 * 500));
        co_await q.put(1);
      }
    };
    const auto putter = green::spawn(puts);
    int got = 0, slept = 0;
    while (!putter.ready()) {
      const auto first = co_await when_any(q.get(), green::sleep(500us));
      (first.index() == 0 ? got : slept) += 1;
    }
    CHECK(got + int(q.size()) == count);
    CHECK(slept > 0);
  });
}
