// SPDX-License-Identifier: MIT
// link of a function that waits, and unlink. The rest: greenlet_test.cc.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/awaitables.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;

task<int> give(int n) {
  co_await green::sleep(1s);
  co_return n;
}

int calls = 0;
void count() { ++calls; }
void count_handle(const green::any_greenlet&) { ++calls; }
task<> count_later() {
  co_await green::sleep(1s);
  ++calls;
}

}  // namespace

TEST_CASE("a link whose function is a coroutine runs as a green thread") {
  run_virtual([]() -> task<> {
    std::string log;
    auto g = green::spawn(give, 7);
    g.link([&log](green::greenlet<int>& ended) -> task<> {
      log += "begins ";
      co_await green::sleep(1s);
      log += std::to_string(*ended.value());
    });
    g.link([&log]() -> task<> {
      log += "other ";
      co_await green::sleep();
    });
    co_await g.join();
    CHECK(log.empty());
    co_await green::sleep();
    co_await green::sleep();
    CHECK(log == "begins other ");
    co_await green::sleep(2s);
    CHECK(log == "begins other 7");
  });
}

TEST_CASE("links for values and for exceptions may wait, too") {
  run_virtual([]() -> task<> {
    calls = 0;
    const auto good = green::spawn(give, 1);
    const auto bad = green::spawn([]() -> task<> {
      co_await green::sleep();
      throw std::runtime_error("bad");
    });
    good.link_value(count_later);
    good.link_exception(count_later);
    bad.link_value(count_later);
    bad.link_exception(count_later);
    co_await good.join();
    CHECK_THROWS(co_await bad.get());
    co_await green::sleep(2s);
    CHECK(calls == 2);
  });
}

TEST_CASE("the error of a link that waits is reported with its line") {
  run_virtual([]() -> task<> {
    std::string name;
    const auto before =
        green::set_error_handler([&name](const green::unhandled_error& e) {
          name = e.spawned_at.file_name();
        });
    const auto g = green::spawn(give, 1);
    g.link([]() -> task<> {
      co_await green::sleep();
      throw std::runtime_error("in a link");
    });
    co_await g.join();
    co_await green::sleep(1s);
    CHECK(name.find("greenlet_link_test.cc") != std::string::npos);
    green::set_error_handler(before);
  });
}

TEST_CASE("a link owns its function, which need not be copied") {
  run_virtual([]() -> task<> {
    int seen = 0;
    const auto g = green::spawn(give, 1);
    g.link([&seen, p = std::make_unique<int>(3)]() -> task<> {
      co_await green::sleep(1s);
      seen = *p;
    });
    co_await g.join();
    co_await green::sleep(2s);
    CHECK(seen == 3);
  });
}

TEST_CASE("unlink takes a link back by its name") {
  run_virtual([]() -> task<> {
    calls = 0;
    const auto g = green::spawn(give, 1);
    const green::link_id first = g.link(count);
    const green::link_id second = g.link(count);
    CHECK(first != second);
    CHECK(g.unlink(first));
    CHECK_FALSE(g.unlink(first));
    CHECK_FALSE(g.unlink(green::link_id()));
    co_await g.join();
    co_await green::sleep();
    CHECK(calls == 1);
    CHECK_FALSE(g.unlink(second));  // it has run
  });
}

TEST_CASE("unlink takes the first link of an equal function back") {
  run_virtual([]() -> task<> {
    calls = 0;
    const auto g = green::spawn(give, 1);
    g.link(count);
    g.link(count);
    g.link(count_handle);
    g.link_value(count_later);
    CHECK(g.unlink(count));
    CHECK(g.unlink(count_later));
    CHECK_FALSE(g.unlink(count_later));
    CHECK_FALSE(g.unlink([] {}));
    green::async_result<int> one;
    green::async_result<int> other;
    g.link(std::ref(one));
    g.link(std::ref(other));
    CHECK(g.unlink(std::ref(one)));
    co_await g.join();
    co_await green::sleep();
    CHECK(calls == 2);
    CHECK_FALSE(one.ready());
    CHECK(other.ready());
  });
}

TEST_CASE("what a link holds is gone after unlink") {
  run_virtual([]() -> task<> {
    const auto held = std::make_shared<int>();
    const auto g = green::spawn(give, 1);
    const auto id = g.link([held] { (void)held; });
    CHECK(held.use_count() == 2);
    CHECK(g.unlink(id));
    CHECK(held.use_count() == 1);
    co_await g.join();
  });
}
