// SPDX-License-Identifier: MIT
#include "green/scope.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "tests/support/awaitables.h"
#include "tests/support/scopes.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::group;
using green::task;
using green::with_group;
using tests::dies_slowly;
using tests::end_noted;
using tests::fails;
using tests::fails_when_killed;
using tests::late;
using tests::notes;
using tests::notes_and_fails;
using tests::reported;
using tests::run_virtual;
using tests::since;

TEST_CASE("it ends when the body and all members have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<int> {
      g.spawn(notes, &log, "a", 3s);
      g.spawn(notes, &log, "b", 1s);
      co_await green::sleep(2s);
      log += "body";
      co_return 7;
    };
    CHECK(co_await with_group(body) == 7);
    CHECK(log == "bbodya");
    CHECK(since(start) == 3s);
    const auto longer = [&](group& g) -> task<> {
      g.spawn(notes, &log, "c", 1s);
      co_await green::sleep(5s);
    };
    co_await with_group(longer);
    CHECK(since(start) == 8s);
  });
}

TEST_CASE("the result of the body may be all that a task gives") {
  run_virtual([]() -> task<> {
    const auto owns = [](group&) -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(4);
    };
    CHECK(*co_await with_group(owns) == 4);
    int here = 0;
    const auto refers = [&](group&) -> task<int&> { co_return here; };
    CHECK(&co_await with_group(refers) == &here);
    const auto plain = [](group& g) {
      g.spawn(late, 10);
      return std::string("plain");
    };
    CHECK(co_await with_group(plain) == "plain");
    const auto nothing = [](group& g) { g.spawn(late, 10); };
    static_assert(std::is_same_v<decltype(with_group(nothing)), task<>>);
    const auto start = green::core::now();
    co_await with_group(nothing);
    CHECK(since(start) == 10ms);
  });
}

TEST_CASE("members spawn members, for which the scope waits, too") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto spawns = [&](group* g) -> task<> {
      co_await green::sleep(2s);
      g->spawn(notes, &log, "grandchild", 2s);
    };
    const auto body = [&](group& g) { g.spawn(spawns, &g); };
    co_await with_group(body);
    CHECK(log == "grandchild");
    CHECK(since(start) == 4s);
  });
}

TEST_CASE("the first error kills the rest, and is thrown when all have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log, children;
    const auto body = [&](group& g) -> task<> {
      g.spawn(notes_and_fails, &log, "first ", 1s);
      g.spawn([&children] { return dies_slowly(children); });
      const end_noted end{log, "body "};
      co_await green::sleep(1h);
    };
    CHECK_THROWS_WITH(co_await with_group(body), "first ");
    CHECK(log == "first body ");
    CHECK(children == "killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("an error of the body kills the members") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<int> {
      g.spawn([&log] { return dies_slowly(log); });
      co_await green::sleep(1s);
      throw std::runtime_error("the body's");
    };
    CHECK_THROWS_WITH(co_await with_group(body), "the body's");
    CHECK(log == "killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("further errors are reported, and no other") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto body = [](group& g) -> task<> {
      g.spawn(fails, 10);
      g.spawn(fails_when_killed, "second");
      co_await fails_when_killed("third");
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 10");
  });
  const bool both =
      errors.words == "second third" || errors.words == "third second";
  CHECK(both);
}

TEST_CASE("an error of an item of map belongs to its caller") {
  run_virtual([]() -> task<> {
    const std::vector<int> items = {10, 20};
    const auto body = [&](group& g) -> task<int> {
      try {
        co_await g.map(fails, items);
      } catch (const std::runtime_error&) {
        co_return 1;
      }
      co_return 0;
    };
    CHECK(co_await with_group(body) == 1);
  });
}

TEST_CASE("a member that is killed ends normally, a killed body is missed") {
  run_virtual([]() -> task<> {
    const auto kills_one = [](group& g) -> task<int> {
      co_await g.spawn(late, 1'000).kill();
      co_await g.kill();
      co_return 5;
    };
    CHECK(co_await with_group(kills_one) == 5);
    const auto dies = [](group&) -> task<> {
      co_await green::getcurrent().kill();
    };
    CHECK_THROWS_AS(co_await with_group(dies), green::greenlet_exit);
  });
}

TEST_CASE("a member that enters a dying scope is killed before its start") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto body = [&](group& g) -> task<> {
      g.spawn(fails, 10);
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      const auto late_one = g.spawn([&ran] { ran = true; });
      co_await late_one.join();
      CHECK(late_one.was_killed());
      auto outside =
          green::spawn([]() -> task<> { co_await green::sleep(1h); });
      g.add(outside);
      co_await outside.join();
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 10");
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a group whose scope has ended refuses members") {
  run_virtual([]() -> task<> {
    group* kept = nullptr;
    const auto body = [&](group& g) { kept = &g; };
    co_await with_group(body);
    const auto keeps_nothing = [](group&) {};
    for (int i = 0; i < 10; ++i) co_await with_group(keeps_nothing);
    CHECK_THROWS_AS(kept->spawn(late, 1), std::logic_error);
    auto g = green::spawn(late, 1);
    CHECK_THROWS_AS(kept->add(g), std::logic_error);
    const std::vector<int> items = {1};
    CHECK_THROWS_AS(co_await kept->map(late, items), std::logic_error);
    CHECK(kept->empty());
    co_await kept->join();
    co_await g.join();
  });
}

TEST_CASE("memory of many scopes is used again") {
  run_virtual([]() -> task<> {
    std::vector<group*> seen;
    const auto body = [&](group& g) -> task<> {
      seen.push_back(&g);
      g.spawn(late, 1);
      co_return;
    };
    for (int i = 0; i < 300; ++i) co_await with_group(body);
    CHECK(std::ranges::count(seen, seen.back()) > 1);
  });
}

TEST_CASE("the dump says what a scope waits for") {
  run_virtual([]() -> task<> {
    const green::any_greenlet parent = green::getcurrent();
    std::string with_body, alone;
    const auto body = [&](group& g) -> task<> {
      g.spawn([&]() -> task<> {
        co_await green::sleep(2s);
        alone = parent.state().describe_wait();
      });
      co_await green::sleep(1s);
      with_body = parent.state().describe_wait();
    };
    co_await with_group(body);
    CHECK(with_body.find(", its body and 1 members at ") != std::string::npos);
    CHECK(alone.starts_with("scope of group 0x"));
    CHECK(alone.find("body") == std::string::npos);
  });
}
