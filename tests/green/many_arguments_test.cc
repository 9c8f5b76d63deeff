// SPDX-License-Identifier: MIT
//
// More arguments than an overload takes that knows the caller's line, and lines
// that are arguments themselves.

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <source_location>
#include <stop_token>
#include <string>
#include <utility>

#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/thread"
#include "green/threadpool.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;

namespace {

int sum(int a, int b, int c, int d, int e, int f, std::unique_ptr<int> g,
        const std::string& h) {
  return a + b + c + d + e + f + *g + std::stoi(h);
}

task<int> green_sum(int a, int b, int c, int d, int e, int f,
                    std::unique_ptr<int> g, std::string h) {
  co_await green::sleep(1s);
  co_return sum(a, b, c, d, e, f, std::move(g), h);
}

std::unique_ptr<int> seven() { return std::make_unique<int>(7); }

}  // namespace

TEST_CASE("a green thread takes eight arguments") {
  tests::run_virtual([]() -> task<> {
    auto now = green::spawn(green_sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    auto later = green::spawn_later(1s, sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    CHECK(co_await now.get() == 36);
    CHECK(co_await later.get() == 36);
  });
}

TEST_CASE("members of groups and pools take eight arguments") {
  tests::run_virtual([]() -> task<> {
    green::group some;
    CHECK(co_await some.spawn(sum, 1, 2, 3, 4, 5, 6, seven(), "8").get() == 36);
    green::pool p(2);
    auto waited = co_await p.spawn(green_sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    auto at_once = p.spawn_nowait(green_sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    auto in_time =
        co_await p.spawn_for(2s, sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    CHECK(co_await waited.get() == 36);
    CHECK(co_await at_once.get() == 36);
    CHECK(co_await in_time.get() == 36);
  });
}

TEST_CASE("functions on other threads take eight arguments") {
  green::run([]() -> task<> {
    green::threadpool helpers(1);
    auto helped = helpers.spawn(sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    CHECK(co_await helped.get() == 36);
    CHECK(co_await helpers.apply(sum, 1, 2, 3, 4, 5, 6, seven(), "8") == 36);
  });
}

TEST_CASE("the mirrors of std take eight arguments") {
  green::run([]() -> task<> {
    int got = 0;
    const auto keep = [&got](int a, int b, int c, int d, int e, int f,
                             std::unique_ptr<int> g, const std::string& h) {
      got += sum(a, b, c, d, e, f, std::move(g), h);
    };
    green::thread t(keep, 1, 2, 3, 4, 5, 6, seven(), "8");
    co_await t.join();
    CHECK(got == 36);
    green::jthread plain(keep, 1, 2, 3, 4, 5, 6, seven(), "8");
    co_await plain.join();
    CHECK(got == 72);
    const auto stoppable = [&](std::stop_token stop, int a, int b, int c, int d,
                               int e, int f, std::unique_ptr<int> g) {
      if (stop.stop_possible()) keep(a, b, c, d, e, f, std::move(g), "8");
    };
    green::jthread j(stoppable, 1, 2, 3, 4, 5, 6, seven());
    co_await j.join();
    CHECK(got == 108);
    auto f = green::async(sum, 1, 2, 3, 4, 5, 6, seven(), "8");
    CHECK(co_await f.get() == 36);
    auto g = green::async(green::launch::async, green_sum, 1, 2, 3, 4, 5, 6,
                          seven(), "8");
    CHECK(co_await g.get() == 36);
  });
}

TEST_CASE("a line that is given last stands for the caller's") {
  tests::run_virtual([]() -> task<> {
    const auto line = std::source_location::current();
    const auto add = [](int a, int b) { return a + b; };
    const auto early = green::spawn(add, 1, 2, line);
    const auto late = green::spawn_later(1s, add, 1, 2, line);
    CHECK(early.state().spawned_at().line() == line.line());
    CHECK(late.state().spawned_at().line() == line.line());
    CHECK(co_await early.get() + co_await late.get() == 6);
  });
}
