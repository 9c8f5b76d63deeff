// SPDX-License-Identifier: MIT
// iwait, of green/choose.h, and joinall of a number, of green/greenlet.h.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "green/choose.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::greenlet;
using green::task;

namespace {

task<int> after(std::chrono::seconds length, int n) {
  co_await green::sleep(length);
  co_return n;
}

std::vector<greenlet<int>> three() {
  return {green::spawn(after, 3s, 3), green::spawn(after, 1s, 1),
          green::spawn(after, 2s, 2)};
}

}  // namespace

TEST_CASE("greenlets come in the order of their ends, each once") {
  tests::run_virtual([]() -> task<> {
    const auto all = three();
    std::vector<int> got;
    auto ended = green::iwait(all);
    while (const auto g = co_await ended.next()) {
      CHECK(g->ready());
      got.push_back(co_await g->get());
    }
    CHECK(got == std::vector{1, 2, 3});
    CHECK_FALSE(co_await ended.next());
    // Those that have ended before come, too.
    auto again = green::iwait(all);
    CHECK(*co_await again.next() == all[0]);
    CHECK(*co_await again.next() == all[1]);
    const std::vector<greenlet<int>> none;
    CHECK_FALSE(co_await green::iwait(none).next());
  });
}

TEST_CASE("a deadline of iwait or of next gives none, and loses none") {
  tests::run_virtual([]() -> task<> {
    const auto all = three();
    auto ended = green::iwait(all, 2500ms);
    const auto start = green::core::now();
    CHECK_FALSE(co_await ended.next(500ms));
    CHECK(tests::since(start) == 500ms);
    CHECK(*co_await ended.next() == all[1]);
    CHECK(*co_await ended.next() == all[2]);
    CHECK_FALSE(co_await ended.next());
    CHECK(tests::since(start) == 2500ms);
    CHECK(*co_await ended.next(1h) == all[0]);
  });
}

TEST_CASE("an error, a kill and a list in braces") {
  tests::run_virtual([]() -> task<> {
    const auto fails = []() -> task<> {
      co_await green::sleep(1s);
      throw std::domain_error("no");
    };
    const auto bad = green::spawn(fails);
    const auto killed = green::spawn(after, 3s, 3);
    auto ended = green::iwait({bad, killed});
    const auto first = co_await ended.next();
    CHECK(*first == bad);
    CHECK_THROWS_AS(first->rethrow(), std::domain_error);
    killed.kill_nowait();
    CHECK((co_await ended.next())->was_killed());
  });
}

TEST_CASE("several that wait share the ends, and all of them go on") {
  tests::run_virtual([]() -> task<> {
    auto ended = green::iwait(three());
    std::vector<int> got;
    int without = 0;
    const auto takes = [&]() -> task<> {
      while (const auto g = co_await ended.next()) got.push_back(*g->value());
      ++without;
    };
    const auto one = green::spawn(takes), two = green::spawn(takes);
    co_await green::joinall({one, two});
    CHECK(got == std::vector{1, 2, 3});
    CHECK(without == 2);
  });
}

TEST_CASE("a kill of who waits takes no end") {
  tests::run_virtual([]() -> task<> {
    const auto all = three();
    auto ended = green::iwait(all);
    const auto takes = [&]() -> task<> { co_await ended.next(); };
    const auto waiter = green::spawn(takes);
    co_await green::sleep();
    co_await waiter.kill();
    CHECK(*co_await ended.next() == all[1]);
  });
}

TEST_CASE("the next end is a case of choose") {
  tests::run_virtual([]() -> task<> {
    const auto all = three();
    green::queue<int> q;
    auto ended = green::iwait(all);
    const auto puts = green::spawn_later(1500ms, [&] { q.put_nowait(7); });
    using green::choose;
    const auto first = co_await choose(q.get_case(), ended.next_case());
    CHECK(std::get<1>(first) == all[1]);
    CHECK((co_await choose(q.get_case(), ended.next_case())).index() == 0);
    const auto third = co_await choose(q.get_case(), ended.next_case());
    CHECK(std::get<1>(third) == all[2]);
    CHECK((co_await choose(ended.next_case(), 1h)).index() == 0);
    CHECK(std::get<0>(co_await choose(ended.next_case())) == std::nullopt);
  });
}

TEST_CASE("greenlets of another hub end one by one") {
  constexpr int count = 100;
  std::vector<greenlet<int>> all;
  green::event spawned;
  std::thread other([&] {
    green::run([&]() -> task<> {
      for (int i = 0; i < count; ++i) all.push_back(green::spawn(after, 0s, i));
      spawned.set();
      co_await green::joinall(all);
    });
  });
  green::run([&]() -> task<> {
    co_await spawned.wait();
    auto ended = green::iwait(all);
    int sum = 0;
    while (const auto g = co_await ended.next()) sum += *g->value();
    CHECK(sum == count * (count - 1) / 2);
  });
  other.join();
}

TEST_CASE("joinall of a number ends with it") {
  tests::run_virtual([]() -> task<> {
    const auto all = three();
    const auto start = green::core::now();
    const auto two = co_await green::joinall(all, 1h, 2);
    CHECK(tests::since(start) == 2s);
    CHECK(two == std::vector{all[1], all[2]});
    CHECK((co_await green::joinall(all, 0s, 5u)).size() == 2);
    CHECK((co_await green::joinall(all, 0s, 0)).empty());
    CHECK((co_await green::joinall({all[0], all[1]}, 1h, 1)).size() == 1);
    CHECK((co_await green::joinall(all, 1h, 4)).size() == 3);
    CHECK(tests::since(start) == 3s);
    const auto fails = []() -> task<int> { throw std::domain_error("no"); };
    const std::vector bad{green::spawn(fails)};
    CHECK_THROWS_AS(co_await green::joinall(bad, 1h, 1, true),
                    std::domain_error);
  });
}
