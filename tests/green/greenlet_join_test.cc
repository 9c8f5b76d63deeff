// SPDX-License-Identifier: MIT
// join, joinall and killall.
#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <list>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;
using tests::since;

namespace {

task<int> sleep_then(std::chrono::milliseconds length, int value) {
  co_await green::sleep(length);
  co_return value;
}

task<int> sleep_then_throw(std::chrono::milliseconds length, const char* what) {
  co_await green::sleep(length);
  throw std::runtime_error(what);
}

}  // namespace

TEST_CASE("join gives up after its time") {  // C1
  run_virtual([]() -> task<> {
    auto g = green::spawn(sleep_then, 10s, 1);
    const auto start = green::core::now();
    CHECK(!co_await g.join(50ms));
    CHECK(since(start) == 50ms);
    CHECK(!g.ready());
    CHECK(co_await g.join(20s));
    CHECK(since(start) == 10s);
    CHECK(co_await g.join(0s));
  });
}

TEST_CASE("join does not throw what left the greenlet") {  // C2
  run_virtual([]() -> task<> {
    auto g = green::spawn(sleep_then_throw, 1ms, "error");
    co_await g.join();
    CHECK(!g.successful());
    CHECK_THROWS_WITH(co_await g.get(), "error");
  });
}

TEST_CASE("joinall gives them in the order of their ends") {  // C3
  run_virtual([]() -> task<> {
    auto a = green::spawn(sleep_then, 20ms, 1);
    auto b = green::spawn(sleep_then, 10ms, 2);
    auto c = green::spawn(sleep_then, 5s, 3);
    const auto start = green::core::now();
    const std::vector all = {a, b, c};
    const std::vector ended = {b, a};
    CHECK((co_await green::joinall(all, 100ms) == ended));
    CHECK(since(start) == 100ms);
    CHECK((co_await green::joinall(all)).back() == c);
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("joinall of duplicates, of none and of other ranges") {  // C4
  run_virtual([]() -> task<> {
    auto a = green::spawn(sleep_then, 2ms, 1);
    auto b = green::spawn(sleep_then, 1ms, 2);
    const std::vector twice = {a, b, a};
    const std::vector ended = {b, a, a};
    CHECK((co_await green::joinall(twice) == ended));
    const std::vector<green::greenlet<int>> none;
    bool other_ran = false;
    const auto other = green::spawn([&other_ran] { other_ran = true; });
    CHECK((co_await green::joinall(none)).empty());
    CHECK((co_await green::joinall(none, 1s)).empty());
    CHECK(!other_ran);
    co_await other.join();
    const std::list<green::any_greenlet> mixed = {a, b};
    CHECK((co_await green::joinall(mixed)).size() == 2);
  });
}

TEST_CASE("joinall throws the earliest error when it is asked to") {  // C5
  run_virtual([]() -> task<> {
    auto first = green::spawn(sleep_then_throw, 100ms, "first");
    auto second = green::spawn(sleep_then_throw, 0ms, "second");
    const std::vector both = {first, second};
    const auto start = green::core::now();
    CHECK_THROWS_WITH(
        co_await green::joinall(both, green::deadline::never(), true),
        "second");
    CHECK(since(start) == 0ms);
    CHECK(!first.ready());
    CHECK((co_await green::joinall(both)).size() == 2);
    CHECK_THROWS_WITH(first.rethrow(), "first");
  });
}

TEST_CASE("joinall that is killed leaves them alone") {
  run_virtual([]() -> task<> {
    auto a = green::spawn(sleep_then, 1h, 1);
    auto b = green::spawn(sleep_then, 2h, 2);
    const std::vector both = {a, b};
    const auto join = [](std::vector<green::greenlet<int>> all) -> task<> {
      co_await green::joinall(all);
    };
    auto joiner = green::spawn(join, both);
    co_await green::sleep(1s);
    co_await joiner.kill();
    CHECK(joiner.was_killed());
    CHECK(co_await b.get() == 2);
    CHECK(a.ready());
  });
}

TEST_CASE("many wait for one, and all go on in order") {
  run_virtual([]() -> task<> {
    auto g = green::spawn(sleep_then, 1s, 7);
    std::string order;
    std::vector<green::greenlet<>> waiters;
    const auto wait = [](green::greenlet<int> on, char name,
                         std::string* out) -> task<> {
      if (co_await on.get() == 7) *out += name;
    };
    for (const char name : {'a', 'b', 'c'}) {
      waiters.push_back(green::spawn(wait, g, name, &order));
    }
    co_await green::sleep();
    waiters[1].kill_nowait();
    co_await green::joinall(waiters);
    CHECK(order == "ac");
  });
}

TEST_CASE("a greenlet cannot join itself") {
  run_virtual([]() -> task<> {
    const auto join_self = []() -> task<> {
      co_await green::getcurrent().join();
    };
    auto g = green::spawn(join_self);
    CHECK_THROWS_AS(co_await g.get(), std::system_error);
  });
}

TEST_CASE("killall kills all and waits") {
  run_virtual([]() -> task<> {
    std::vector<green::greenlet<int>> all;
    for (int i = 0; i < 10; ++i) all.push_back(green::spawn(sleep_then, 1h, i));
    auto unstarted = green::spawn_later(1h, sleep_then, 1h, 0);
    const auto start = green::core::now();
    co_await green::sleep();
    all.push_back(unstarted);
    co_await green::killall(all);
    for (const auto& g : all) CHECK(g.was_killed());
    CHECK(since(start) == 0s);
  });
}

TEST_CASE("killall gives up after its time") {
  run_virtual([]() -> task<> {
    const auto stubborn = []() -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      co_await green::sleep(10s);
    };
    const std::vector all = {green::spawn(stubborn)};
    co_await green::sleep();
    const auto start = green::core::now();
    co_await green::killall(all, 1s);
    CHECK(since(start) == 1s);
    CHECK(!all[0].ready());
    co_await green::joinall(all);
    CHECK(since(start) == 10s);
  });
}

TEST_CASE("greenlets of another hub are waited for and killed") {  // F3
  std::promise<std::vector<green::greenlet<int>>> promise;
  auto made = promise.get_future();
  std::thread other([&promise] {
    const auto body =
        [](std::promise<std::vector<green::greenlet<int>>>* out) -> task<> {
      const std::vector all = {green::spawn(sleep_then, 20ms, 5),
                               green::spawn(sleep_then, 1h, 6),
                               green::spawn(sleep_then_throw, 1ms, "far")};
      out->set_value(all);
      co_await green::joinall(all);
    };
    green::run(body, &promise);
  });
  auto all = made.get();
  green::run([&all]() -> task<> {
    CHECK(co_await all[0].get() == 5);
    CHECK_THROWS_WITH(co_await all[2].get(), "far");
    CHECK(!co_await all[1].join(1ms));
    co_await all[1].kill();
    CHECK(all[1].was_killed());
    CHECK((co_await green::joinall(all)).size() == 3);
  });
  other.join();
}
