// SPDX-License-Identifier: MIT
#include "green/greenlet.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;

namespace {

// What happened, in order.
struct events {
  std::string text;
  void add(const std::string& what) {
    if (!text.empty()) text += ' ';
    text += what;
  }
};

task<> push(events& log, std::string what) {
  log.add(what);
  co_return;
}

task<> push_twice(events& log, std::string name) {
  log.add("1" + name);
  co_await green::sleep();
  log.add("2" + name);
}

task<int> give(int value) { co_return value; }

task<int> fail(std::exception_ptr error) {
  co_await green::sleep(1s);
  std::rethrow_exception(error);
}

task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

}  // namespace

TEST_CASE("spawn does not run inline, and keeps the order") {  // A1
  run_virtual([]() -> task<> {
    events log;
    log.add("m");
    for (const char* name : {"0", "1", "2"}) {
      green::spawn(push, std::ref(log), name);
    }
    CHECK(log.text == "m");
    co_await green::sleep();
    CHECK(log.text == "m 0 1 2");
  });
}

TEST_CASE("a child runs after its parent's siblings") {  // A2
  run_virtual([]() -> task<> {
    events log;
    const auto parent = [](events& out) -> task<> {
      green::spawn(push, std::ref(out), "C");
      out.add("p");
      co_return;
    };
    green::spawn(parent, std::ref(log));
    green::spawn(push, std::ref(log), "S");
    co_await green::sleep(1s);
    CHECK(log.text == "p S C");
  });
}

TEST_CASE("sleep of no time lets the others run") {  // A3
  run_virtual([]() -> task<> {
    events log;
    green::spawn(push_twice, std::ref(log), "A");
    green::spawn(push_twice, std::ref(log), "B");
    co_await green::sleep(1s);
    CHECK(log.text == "1A 1B 2A 2B");
  });
}

TEST_CASE("a child outlives its parent") {  // A4
  run_virtual([]() -> task<> {
    events log;
    const auto parent = [](events& out) -> task<> {
      green::spawn_later(1s, push, std::ref(out), "child");
      co_return;
    };
    co_await green::spawn(parent, std::ref(log)).join();
    CHECK(log.text.empty());
    co_await green::sleep(2s);
    CHECK(log.text == "child");
  });
}

TEST_CASE("the states of one that gives a value") {  // A6
  run_virtual([]() -> task<> {
    auto g = green::spawn([]() -> task<int> {
      co_await green::sleep(1s);
      co_return 5;
    });
    CHECK(g.valid());
    CHECK(!g.started());
    CHECK(!g);
    CHECK(!g.ready());
    CHECK(g.value() == nullptr);
    co_await green::sleep();
    CHECK(g.started());
    CHECK(g);
    CHECK(!g.ready());
    CHECK(!g.successful());
    CHECK(g.value() == nullptr);
    CHECK(co_await g.get() == 5);
    CHECK(!g);
    CHECK(g.ready());
    CHECK(g.dead());
    CHECK(g.successful());
    CHECK(!g.was_killed());
    CHECK(g.exception() == nullptr);
    REQUIRE(g.value() != nullptr);
    CHECK(*g.value() == 5);
    CHECK(co_await g.get() == 5);
  });
}

TEST_CASE("one that runs is started, and neither ready nor successful") {
  run_virtual([]() -> task<> {  // A6
    events log;
    const auto look = [](events& out) -> task<int> {
      const auto me = green::getcurrent();
      for (int i = 0; i < 2; ++i) {
        out.add(me.started() ? "started" : "not started");
        out.add(me ? "alive" : "dead");
        out.add(me.ready() || me.successful() ? "ready" : "unready");
        co_await green::sleep();
      }
      co_return 5;
    };
    auto g = green::spawn(look, std::ref(log));
    CHECK(co_await g.get() == 5);
    CHECK(log.text == "started alive unready started alive unready");
  });
}

TEST_CASE("the states of one that throws") {  // A7
  run_virtual([]() -> task<> {
    const auto error = std::make_exception_ptr(std::out_of_range("far"));
    auto g = green::spawn(fail, error);
    CHECK(g.exception() == nullptr);
    co_await g.join();
    CHECK(g.ready());
    CHECK(!g.successful());
    CHECK(g.value() == nullptr);
    CHECK(g.exception() == error);
    for (int i = 0; i < 2; ++i) {
      CHECK_THROWS_WITH_AS(co_await g.get(), "far", std::out_of_range);
      try {
        co_await g.get();
      } catch (const std::out_of_range&) {
        CHECK(std::current_exception() == error);
      }
    }
    CHECK_THROWS_AS(g.rethrow(), std::out_of_range);
    CHECK(g.exception() == error);
  });
}

TEST_CASE("spawn_later starts when it is time") {  // A9
  run_virtual([]() -> task<> {
    events log;
    const auto start = green::core::now();
    auto g = green::spawn_later(10ms, push, std::ref(log), "ran");
    co_await green::sleep(9ms);
    CHECK(log.text.empty());
    CHECK(!g.started());
    co_await g.join();
    CHECK(tests::since(start) == 10ms);
    co_await green::sleep(1s);
    CHECK(log.text == "ran");
  });
}

TEST_CASE("arguments are moved or copied into it") {  // A10
  run_virtual([]() -> task<> {
    green::greenlet<std::string> g;
    {
      std::string text(100, 'x');
      auto owned = std::make_unique<int>(7);
      const auto body = [suffix = std::string(50, 'z')](
                            std::unique_ptr<int> number, std::string copy,
                            const std::string& reference) -> task<std::string> {
        co_await green::sleep(1s);
        co_return copy + reference + suffix + std::to_string(*number);
      };
      g = green::spawn(body, std::move(owned), text, std::string(50, 'y'));
      text.assign(100, '-');
    }
    CHECK(co_await g.get() == std::string(100, 'x') + std::string(50, 'y') +
                                  std::string(50, 'z') + "7");
  });
}

TEST_CASE("arguments go when it ends, the value with its handle") {
  run_virtual([]() -> task<> {
    const auto argument = std::make_shared<int>(1);
    const auto value = std::make_shared<int>(2);
    const auto body = [](std::shared_ptr<int>, std::shared_ptr<int> result)
        -> task<std::shared_ptr<int>> { co_return result; };
    {
      auto g = green::spawn(body, argument, value);
      CHECK(argument.use_count() == 2);
      co_await g.join();
      CHECK(argument.use_count() == 1);
      CHECK(value.use_count() == 2);
    }
    CHECK(value.use_count() == 1);
  });
}

TEST_CASE("a plain function is spawned too") {
  run_virtual([]() -> task<> {
    auto number = green::spawn([](int n) { return n + 1; }, 41);
    CHECK(co_await number.get() == 42);
    auto nothing = green::spawn([] {});
    co_await nothing.get();
    struct object {
      task<int> method(int n) const { co_return n* factor; }
      int factor;
    };
    const object o{3};
    CHECK(co_await green::spawn(&object::method, &o, 5).get() == 15);
  });
}

TEST_CASE("results that can't be copied, and references") {
  run_virtual([]() -> task<> {
    auto owner = green::spawn([]() -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(3);
    });
    const std::unique_ptr<int> got = co_await owner.get();
    CHECK(*got == 3);
    int target = 1;
    const auto refer = [](int* to) -> task<int&> { co_return *to; };
    auto reference = green::spawn(refer, &target);
    ++co_await reference.get();
    CHECK(target == 2);
    CHECK(reference.value() == &target);
  });
}

TEST_CASE("get stops waiting when its time is over") {
  run_virtual([]() -> task<> {
    auto g = green::spawn([]() -> task<int> {
      co_await green::sleep(1h);
      co_return 1;
    });
    CHECK_THROWS_AS(co_await g.get(1s), green::timed_out);
    CHECK(!g.ready());
    CHECK(co_await g.get(2h) == 1);
  });
}

TEST_CASE("deep and long chains of awaits need no stack") {  // A13
  run_virtual([]() -> task<> {
    CHECK(co_await nested(100'000) == 100'000);
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await give(1);
    CHECK(sum == 1'000'000);
  });
}

TEST_CASE("names and identity") {
  run_virtual([]() -> task<> {
    auto a = green::spawn(give, 1), b = green::spawn(give, 2);
    auto same = a;
    CHECK(a == same);
    CHECK(a != b);
    CHECK(a.id() != b.id());
    CHECK(a.name() == "greenlet-" + std::to_string(a.id()));
    a.set_name("worker");
    CHECK(same.name() == "worker");
    const green::any_greenlet any = a;
    co_await any.join();
    CHECK(any.ready());
    CHECK(!green::greenlet<int>().valid());
  });
}

TEST_CASE("getcurrent is who runs") {
  CHECK(!green::getcurrent().valid());
  run_virtual([]() -> task<> {
    CHECK(green::getcurrent().name() == "main");
    green::any_greenlet seen;
    const auto look = [&seen] { seen = green::getcurrent(); };
    const auto g = green::spawn(look);
    co_await g.join();
    CHECK(seen == g);
    CHECK(green::getcurrent().name() == "main");
  });
}

TEST_CASE("links run in the order of linking, on the hub") {  // A14
  run_virtual([]() -> task<> {
    std::vector<int> order;
    auto g = green::spawn(give, 1);
    for (int i = 0; i < 1'000; ++i) {
      g.link([&order, i] { order.push_back(i); });
    }
    co_await g.join();
    co_await green::sleep();
    REQUIRE(order.size() == 1'000);
    CHECK(std::ranges::is_sorted(order));
  });
}

TEST_CASE("a link takes the handle as it likes") {
  run_virtual([]() -> task<> {
    int calls = 0;
    auto g = green::spawn(give, 1);
    g.link([&calls](auto& ended) { calls += *ended.value(); });
    g.link([&calls](const green::any_greenlet& ended) {
      calls += ended.ready() ? 1 : 0;
    });
    const green::any_greenlet any = g;
    any.link([&calls](green::any_greenlet& ended) {
      calls += ended.ready() ? 1 : 0;
    });
    co_await g.join();
    co_await green::sleep();
    CHECK(calls == 3);
  });
}

TEST_CASE("a link after the end is called, not inline") {  // A17
  run_virtual([]() -> task<> {
    events log;
    auto g = green::spawn(give, 8);
    co_await g.join();
    g.link([&log](green::greenlet<int> ended) {
      log.add("linked " + std::to_string(*ended.value()));
    });
    CHECK(log.text.empty());
    co_await green::sleep();
    CHECK(log.text == "linked 8");
  });
}

TEST_CASE("links for values and links for exceptions") {
  run_virtual([]() -> task<> {
    events log;
    auto good = green::spawn(give, 1);
    auto bad = green::spawn(fail, std::make_exception_ptr(1));
    auto dead = green::spawn(give, 1);
    dead.kill_nowait();
    for (const auto& [name, g] :
         {std::pair("good", good), {"bad", bad}, {"dead", dead}}) {
      g.link_value([&log, n = std::string(name)] { log.add(n + "+"); });
      g.link_exception([&log, n = std::string(name)] { log.add(n + "-"); });
      g.link([&log, n = std::string(name)](green::any_greenlet ended) {
        log.add(n + (ended.ready() ? "." : "?"));
      });
    }
    CHECK_THROWS_AS(co_await bad.get(), int);
    co_await green::sleep();
    CHECK(log.text == "dead+ dead. good+ good. bad- bad.");
  });
}
