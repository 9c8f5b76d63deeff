// SPDX-License-Identifier: MIT
#include "green/when.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/core/permits.h"
#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/operation.h"
#include "green/pool.h"
#include "green/queue.h"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/awaitables.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using green::when_all;
using green::when_any;
using tests::dies_slowly;
using tests::fails;
using tests::late;
using tests::only_lvalue;
using tests::text;
using tests::unhandled;

TEST_CASE("when_any gives the first, and kills the others") {
  tests::run_virtual([]() -> task<> {
    std::string log;
    const auto start = green::core::now();
    auto first = co_await when_any(late(20), text(10), dies_slowly(log));
    static_assert(std::is_base_of_v<std::variant<int, std::string, int>,
                                    decltype(first)>);
    CHECK(first.index() == 1);
    CHECK(std::get<1>(first) == "text");
    CHECK(log == "killed cleaned ");
    CHECK(tests::since(start) == 60ms);
    CHECK_FALSE(std::get<0>(first.others).has_value());
    auto visitor = [](const auto&) { return 1; };
    CHECK(std::visit(visitor, first) == 1);
    const auto nothing = co_await when_any(green::sleep(1h), green::sleep(1s));
    CHECK(nothing.index() == 1);
  });
}

TEST_CASE("when_any of a range gives the index and the value") {
  tests::run_virtual([]() -> task<> {
    std::vector<task<int>> all;
    for (int ms : {30, 10, 20}) all.push_back(late(ms));
    auto [index, value] = co_await when_any(std::move(all));
    CHECK(index == 1);
    CHECK(value == 10);
    std::array<task<>, 2> nothing{fails(1000), task<>(fails(2000))};
    nothing[0].leave_unawaited();
    nothing[0] = [](std::chrono::milliseconds t) -> task<> {
      co_await green::sleep(t);
    }(1ms);
    const auto first = co_await when_any(nothing);
    CHECK(first.index == 0);
    CHECK(first.others.empty());
    std::vector<task<int>> none;
    bool refused = false;
    try {
      co_await when_any(none);
    } catch (const std::invalid_argument&) {
      refused = true;
    }
    CHECK(refused);
  });
}

TEST_CASE("in a tie the first to end wins, and the others' results are there") {
  tests::run_virtual([]() -> task<> {
    auto first = co_await when_any(late(10), late(10), late(11), late(10));
    CHECK(first.index() == 0);
    CHECK(std::get<0>(first) == 10);
    CHECK_FALSE(std::get<0>(first.others).has_value());
    CHECK(std::get<1>(first.others) == 10);
    CHECK_FALSE(std::get<2>(first.others).has_value());
    CHECK(std::get<3>(first.others) == 10);
    std::vector<task<int>> all;
    for (int ms : {12, 10, 10}) all.push_back(late(ms));
    const auto element = co_await when_any(all);
    CHECK(element.index == 1);
    REQUIRE(element.others.size() == 1);
    CHECK(element.others[0] == std::pair<std::size_t, int>(2, 10));
  });
}

TEST_CASE("when_any loses no permit and no byte") {
  tests::run_virtual([]() -> task<> {
    green::core::permits one(0), two(0);
    struct pass final : green::core::queue_wait {
      explicit pass(green::core::permits& p)
          : queue_wait(p.queue()), from(&p) {}
      bool try_now() override { return from->try_take_locked(); }
      void describe(std::string& out) const override { out += "permit"; }
      void await_resume() { finish_wait(); }
      green::core::permits* from;
    };
    for (int round = 0; round < 3; ++round) {
      auto opens = [&]() -> task<> {
        co_await green::sleep(1ms);
        one.give();
        if (round != 0) two.give();
      };
      auto opener = green::spawn(opens);
      auto first = co_await when_any(pass(one), pass(two));
      const bool both = std::get<1>(first.others).has_value();
      CHECK(first.index() == 0);
      CHECK(both == (round != 0));
      CHECK_FALSE(one.try_take());
      CHECK_FALSE(two.try_take());
      co_await opener.join();
    }
  });
}

TEST_CASE("when_any loses no item that comes with the end of a sleep") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q;
    const auto puts = [](green::queue<int>* to) -> task<> {
      co_await green::sleep(1ms);
      co_await to->put(7);
    };
    // The sleep is over; was the item there before it was seen to be?
    const auto races = [](green::queue<int>* from) -> task<bool> {
      auto first = co_await when_any(green::sleep(1ms), from->get());
      CHECK_FALSE(std::get<1>(first.others).has_value());
      co_return (first.index() == 1 && std::get<1>(first) == 7);
    };
    auto putter = green::spawn(puts, &q);
    auto racer = green::spawn(races, &q);
    CHECK(co_await racer.get());
    CHECK(q.empty());
    racer = green::spawn(races, &q);
    co_await green::sleep();
    co_await green::sleep();
    putter = green::spawn(puts, &q);
    CHECK_FALSE(co_await racer.get());
    co_await putter.join();
    CHECK(q.size() == 1);
  });
}

TEST_CASE("the first error of when_any is thrown, if there is no result") {
  unhandled errors;
  tests::run_virtual([]() -> task<> {
    std::string what;
    try {
      co_await when_any(fails(20), fails(10), late(30));
    } catch (const std::runtime_error& e) {
      what = e.what();
    }
    CHECK(what == "after 10");
    // In a tie the result wins, and the error is reported.
    const auto first = co_await when_any(fails(10), late(10));
    CHECK(first.index() == 1);
  });
  CHECK(errors.count == 1);
}

TEST_CASE("a kill or timeout of when_any") {
  tests::run_virtual([]() -> task<> {
    std::string log;
    auto waits = [&]() -> task<> {
      co_await when_any(dies_slowly(log), green::sleep(1h));
    };
    auto g = green::spawn(waits);
    co_await green::sleep(1ms);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "killed cleaned ");
    bool expired = false;
    try {
      co_await green::with_timeout(10ms, waits);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(log == "killed cleaned killed cleaned ");
  });
}

TEST_CASE("ten thousand at once") {
  tests::run_virtual([]() -> task<> {
    auto made = std::views::iota(0, 10'000) |
                std::views::transform([](int) { return late(1); });
    const auto results = co_await when_all(made);
    CHECK(results.size() == 10'000);
    const auto start = green::core::now();
    auto again = std::views::iota(0, 10'000) |
                 std::views::transform([](int n) { return late(n + 1); });
    CHECK((co_await when_any(again)).value == 1);
    CHECK(tests::since(start) == 1ms);
  });
}
