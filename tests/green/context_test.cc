// SPDX-License-Identifier: MIT
#include "green/context.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/debug.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/local.h"
#include "green/pool.h"
#include "green/scope.h"
#include "green/thread"
#include "green/threadpool.h"
#include "green/when.h"
#include "tests/support/contracts.h"
#include "tests/support/dumped.h"
#include "tests/support/hooked.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::context_var;
using green::task;
using tests::run_virtual;

namespace {

const context_var<int> depth("depth", 0);
const context_var<std::string> user("user", "nobody");

int depth_here() { return depth.get(); }

task<int> depth_later() {
  co_await green::sleep(1s);
  co_return depth.get();
}

}  // namespace

// It forks, and so comes before those that start threads.
TEST_CASE("another green thread cannot take a value back") {
  const auto mistake = [] {
    green::run([]() -> task<> {
      std::optional<green::context_undo> undo(depth.set(1));
      const auto takes_back = [&] { undo.reset(); };
      co_await green::spawn(takes_back).join();
    });
  };
  tests::check_broken(mistake,
                      "a value of a context_var was taken back by greenlet ");
}

TEST_CASE("a variable has its default until it is set, and after that again") {
  CHECK(depth.get() == 0);
  run_virtual([]() -> task<> {
    CHECK(depth.get() == 0);
    {
      const auto undo = depth.set(1);
      CHECK(depth.get() == 1);
      {
        const auto again = depth.set(2);
        const auto other = user.set("me");
        CHECK(depth.get() == 2);
        co_await green::sleep(1s);
        CHECK(user.get() == "me");
      }
      CHECK(depth.get() == 1);
      CHECK(user.get() == "nobody");
    }
    CHECK(depth.get() == 0);
  });
  const context_var<int> plain;
  CHECK(plain.get() == 0);
  const context_var<int> given(5), named("named");
  CHECK(given.get() == 5);
  CHECK(named.get() == 0);
  const context_var<std::string> text("text");
  CHECK(text.get() == "text");
}

TEST_CASE("scopes may end in any order") {
  run_virtual([]() -> task<> {
    std::optional<green::context_undo> first(depth.set(1));
    std::optional<green::context_undo> other(user.set("me"));
    std::optional<green::context_undo> second(depth.set(2));
    std::optional<green::context_undo> third(depth.set(3));
    second.reset();
    CHECK(depth.get() == 3);
    first.reset();
    CHECK(depth.get() == 3);
    third.reset();
    CHECK(depth.get() == 0);
    CHECK(user.get() == "me");
    auto moved = std::move(*other);
    other.reset();
    CHECK(user.get() == "me");
    co_return;
  });
}

TEST_CASE("a green thread begins with the values of its maker") {
  run_virtual([]() -> task<> {
    const auto undo = depth.set(1);
    std::vector<green::greenlet<int>> all;
    all.push_back(green::spawn(depth_later));
    all.push_back(green::spawn_later(1s, depth_later));
    green::group g;
    all.push_back(g.spawn(depth_later));
    const auto later = depth.set(2);  // too late for them
    for (const auto& each : all) CHECK(co_await each.get() == 1);
    CHECK(co_await green::spawn(depth_later).get() == 2);
  });
}

TEST_CASE("its changes are its own") {
  run_virtual([]() -> task<> {
    const auto undo = depth.set(1);
    const auto changes = []() -> task<int> {
      const auto mine = depth.set(depth.get() + 10);
      co_await green::sleep(1s);
      co_return depth.get();
    };
    const auto a = green::spawn(changes), b = green::spawn(changes);
    CHECK(co_await a.get() == 11);
    CHECK(co_await b.get() == 11);
    CHECK(depth.get() == 1);
  });
}

TEST_CASE("a child keeps a value that its maker takes back") {
  run_virtual([]() -> task<> {
    const auto value = std::make_shared<int>(7);
    static const context_var<std::shared_ptr<int>> kept;
    std::optional<green::context_undo> undo(kept.set(value));
    const auto child = green::spawn([]() -> task<int> {
      co_await green::sleep(1s);
      co_return *kept.get();
    });
    co_await green::sleep();
    undo.reset();
    CHECK(kept.get() == nullptr);
    CHECK(value.use_count() == 2);
    CHECK(co_await child.get() == 7);
    CHECK(value.use_count() == 1);  // though the handle lives
  });
}

TEST_CASE("all that makes green threads hands the values on") {
  run_virtual([]() -> task<> {
    const auto undo = depth.set(3);
    int seen = 0;
    green::thread thread([&] { seen = depth.get(); });
    co_await thread.join();
    CHECK(seen == 3);
    auto future = green::async(depth_later);
    CHECK(co_await future.get() == 3);
    auto [a, b] = co_await green::when_all(depth_later(), depth_later());
    CHECK(a + b == 6);
    const std::vector<int> items = {1, 2};
    green::pool p(1);
    const auto add = [](int n) -> task<int> {
      co_return n + co_await depth_later();
    };
    const auto sums = co_await p.map(add, items);
    CHECK(sums[0] + sums[1] == 9);
    const auto body = [](green::group& g) -> task<int> {
      co_return co_await g.spawn(depth_later).get() + depth.get();
    };
    CHECK(co_await green::with_group(body) == 6);
    const auto of_c = [] { return depth.get(); };
    CHECK(co_await tests::on_fiber(of_c) == 3);
  });
}

TEST_CASE("OS threads of a pool, and other hubs, see them, too") {
  green::run([]() -> task<> {
    const auto undo = depth.set(4);
    green::threadpool pool(1);
    CHECK(co_await pool.apply(depth_here) == 4);
    CHECK(co_await pool.spawn(depth_here).get() == 4);
    const auto with_hub = [] {
      const auto plain = [] { return green::spawn(depth_here).get(); };
      return green::run([&]() -> task<int> { co_return co_await plain(); });
    };
    CHECK(co_await pool.apply(with_hub) == 4);
    std::optional<green::context_undo> more(depth.set(5));
    CHECK(co_await pool.apply(depth_here) == 5);
    more.reset();
    const auto sets = [] {
      const auto mine = depth.set(9);
      return depth.get();
    };
    CHECK(co_await pool.apply(sets) == 9);
    CHECK(co_await pool.apply(depth_here) == 4);
    std::atomic<int> sum = 0;
    const auto on_each = [&]() -> task<> {
      sum += co_await green::spawn(depth_here).get();
    };
    co_await green::run_on_each(2, on_each);
    CHECK(sum == 8);
  });
  green::run([]() -> task<> {
    green::threadpool pool(1);
    CHECK(co_await pool.apply(depth_here) == 0);
  });
}

TEST_CASE("outside of green threads an OS thread has values of its own") {
  const auto undo = depth.set(6);
  CHECK(depth.get() == 6);
  std::thread([] { CHECK(depth.get() == 0); }).join();
  CHECK(green::run(depth_later) == 6);
}

TEST_CASE("a green thread of another hub begins with its spawner's values") {
  green::run([]() -> task<> {
    const green::hub_ref here = green::this_hub();
    green::greenlet<int> made;
    std::thread([&] {
      const auto undo = depth.set(8);
      made = here.spawn(depth_here);
    }).join();
    CHECK(co_await made.get() == 8);
  });
}

TEST_CASE("a local is never inherited") {
  run_virtual([]() -> task<> {
    static const green::local<int> mine;
    *mine = 5;
    const auto undo = depth.set(5);
    const auto child = [] { return *mine + depth.get(); };
    CHECK(co_await green::spawn(child).get() == 5);
  });
}

TEST_CASE("the dump prints the variables that have a name") {
  run_virtual([]() -> task<> {
    struct odd {};
    static const context_var<int> nameless(0);
    static const context_var<odd> silent("silent", odd());
    const auto one = nameless.set(77);
    const auto two = depth.set(2);
    const auto three = depth.set(3);
    const auto four = user.set("me");
    const auto five = silent.set(odd());
    const auto child = green::spawn(depth_later);
    co_await green::sleep();
    const std::string words = tests::dumped(green::dump);
    const std::string all =
        " (depth = 3, user = me, silent = (not printable))\n";
    const auto first = words.find(all);
    CHECK(first != std::string::npos);
    CHECK(words.find(all, first + 1) != std::string::npos);
    CHECK(words.find("77") == std::string::npos);
    co_await child.join();
  });
}
