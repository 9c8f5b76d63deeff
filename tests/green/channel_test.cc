// SPDX-License-Identifier: MIT
// channel, of green/queue.h.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::channel;
using green::queue_closed;
using green::queue_empty;
using green::queue_full;
using green::task;
using std::ref;
using strings = std::vector<std::string>;

}  // namespace

// H7
TEST_CASE("put waits for the getter, and goes on after it") {
  tests::run_virtual([]() -> task<> {
    channel<std::string> c;
    strings events;
    const auto receiver = green::spawn([&]() -> task<> {
      events.push_back(co_await c.get());
      events.push_back(co_await c.get());
    });
    events.push_back("sending");
    co_await c.put("hello");
    events.push_back("sent hello");
    co_await c.put("world");
    events.push_back("sent world");
    CHECK(events ==
          strings{"sending", "hello", "sent hello", "world", "sent world"});
    co_await receiver.join();
  });
}

// H8
TEST_CASE("a getter that comes first goes on first") {
  tests::run_virtual([]() -> task<> {
    channel<std::string> c;
    strings events;
    green::spawn([&]() -> task<> {
      events.push_back("sending hello");
      co_await c.put("hello");
      events.push_back("sending world");
      co_await c.put("world");
      events.push_back("sent world");
    });
    events.push_back("waiting");
    events.push_back(co_await c.get());
    events.push_back(co_await c.get());
    strings expected{"waiting", "sending hello", "hello", "sending world",
                     "world"};
    CHECK(events == expected);
    co_await green::sleep();
    expected.push_back("sent world");
    CHECK(events == expected);
  });
}

// H9
TEST_CASE("without waiting, put needs a getter that waits") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    CHECK_FALSE(c.try_put(1));
    CHECK_THROWS_AS(c.put_nowait(1), queue_full);
    CHECK_THROWS_AS(c.get_nowait(), queue_empty);
    const auto getting = [&]() -> task<int> { co_return co_await c.get(); };
    const auto getter = green::spawn(getting);
    co_await green::sleep();
    CHECK(c.try_put(2));
    CHECK_FALSE(c.try_put(3));
    CHECK(co_await getter.get() == 2);
  });
}

TEST_CASE("without waiting, get takes from a putter that waits") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    const auto putting = [&](int item) -> task<> { co_await c.put(item); };
    const auto a = green::spawn(putting, 1);
    const auto b = green::spawn(putting, 2);
    co_await green::sleep();
    CHECK(c.size() == 0);
    CHECK(c.empty());
    CHECK(c.full());
    CHECK(c.get_nowait() == 1);
    CHECK(c.try_get() == 2);
    CHECK(c.try_get() == std::nullopt);
    co_await a.join();
    co_await b.join();
  });
}

TEST_CASE("put and get of a channel end at their deadline") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    const auto start = green::core::now();
    CHECK_THROWS_AS(co_await c.put(1, 10ms), queue_full);
    CHECK_THROWS_AS(co_await c.get(10ms), queue_empty);
    CHECK(tests::since(start) == 20ms);
    CHECK_FALSE(c.try_get());
  });
}

TEST_CASE("a killed putter's item is not got, a killed getter gets none") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    const auto putting = [&](int item) -> task<> { co_await c.put(item); };
    const auto getting = [&]() -> task<int> { co_return co_await c.get(); };
    const auto victim = green::spawn(putting, 1);
    const auto other = green::spawn(putting, 2);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(co_await c.get() == 2);
    co_await other.join();

    const auto dead = green::spawn(getting);
    const auto alive = green::spawn(getting);
    co_await green::sleep();
    co_await dead.kill();
    co_await c.put(3);
    CHECK(co_await alive.get() == 3);
  });
}

TEST_CASE("a kill after the meeting takes nothing back") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    int got = 0;
    bool put = false;
    const auto getter =
        green::spawn([&]() -> task<> { got = co_await c.get(); });
    const auto putter = green::spawn([&]() -> task<> {
      co_await c.put(1);
      put = true;
      co_await green::sleep();
      put = false;
    });
    const auto killer = green::spawn([&] {
      putter.kill_nowait();
      getter.kill_nowait();
    });
    co_await getter.join();
    co_await putter.join();
    CHECK(got == 1);
    CHECK(put);
    CHECK(putter.was_killed());
  });
}

TEST_CASE("close wakes both sides of a channel") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    const auto putter = green::spawn([&]() -> task<> { co_await c.put(1); });
    co_await green::sleep();
    c.close();
    CHECK_THROWS_AS(co_await putter.get(), queue_closed);
    CHECK_THROWS_AS(co_await c.get(), queue_closed);
    CHECK_THROWS_AS(co_await c.put(2), queue_closed);
    CHECK(co_await c.next() == std::nullopt);

    channel<int> d;
    const auto getter = green::spawn([&]() -> task<> { co_await d.get(); });
    co_await green::sleep();
    d.close();
    CHECK_THROWS_AS(co_await getter.get(), queue_closed);
  });
}

TEST_CASE("a channel may go when put has met its getter") {
  tests::run_virtual([]() -> task<> {
    std::optional<channel<std::unique_ptr<int>>> c(std::in_place);
    int got = 0;
    const auto getter = green::spawn([&]() -> task<> {
      const auto item = co_await c->get(1s);
      c.reset();
      got = *item;
    });
    co_await green::sleep();
    co_await c->put(std::make_unique<int>(5));
    CHECK_FALSE(c);
    CHECK(got == 5);
  });
}

// H17
TEST_CASE("two that share a channel for ever starve no timer") {
  tests::run_virtual([]() -> task<> {
    channel<int> c;
    const auto passing = [&]() -> task<> {
      for (;;) co_await c.put(co_await c.get());
    };
    const auto a = green::spawn(passing);
    const auto b = green::spawn(passing);
    co_await green::sleep();
    c.put_nowait(1);
    int turns = 0;
    const auto other = green::spawn([&]() -> task<> {
      for (; turns < 100; ++turns) co_await green::sleep();
    });
    co_await other.join();
    CHECK(turns == 100);
    co_await a.kill();
    co_await b.kill();
  });
}

TEST_CASE("a timer fires while a channel is busy") {
  green::run([]() -> task<> {
    channel<int> c;
    const auto passing = [&]() -> task<> {
      for (;;) co_await c.put(co_await c.get());
    };
    const auto a = green::spawn(passing);
    const auto b = green::spawn(passing);
    co_await green::sleep();
    c.put_nowait(1);
    co_await green::sleep(1ms);
    co_await a.kill();
    co_await b.kill();
  });
}

TEST_CASE("a channel between two hubs") {
  channel<int> there;
  channel<int> back;
  constexpr int rounds = 2000;
  std::thread other([&] {
    green::run([&]() -> task<> {
      while (const auto item = co_await there.next()) {
        co_await back.put(*item + 1);
      }
      back.close();
    });
  });
  green::run([&]() -> task<> {
    for (int i = 0; i < rounds; ++i) {
      co_await there.put(i);
      CHECK(co_await back.get() == i + 1);
    }
    there.close();
    CHECK(co_await back.next() == std::nullopt);
  });
  other.join();
}

TEST_CASE("an OS thread hands items to a green thread that waits") {
  channel<int> c;
  long sum = 0;
  constexpr int items = 1000;
  std::thread giver([&] {
    for (int i = 1; i <= items; ++i) {
      while (!c.try_put(i)) std::this_thread::yield();
    }
    c.close();
  });
  green::run([&]() -> task<> {
    while (const auto item = co_await c.next()) sum += *item;
  });
  giver.join();
  CHECK(sum == items * (items + 1) / 2);
}
