// SPDX-License-Identifier: MIT
// In builds with NDEBUG, a task that never ran is told and ends nothing.
// greenify: allow-file(dropped) what is dropped is the subject
#define NDEBUG
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "green/core/task.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/standard_error.h"

namespace {

// The tasks of this test are of a type of its own, so that no other file has
// compiled their functions without NDEBUG.
struct nothing {};
using green::task;

task<nothing> serve(int) { co_return {}; }
task<nothing> twice() { co_return {}; }
task<nothing> argument() { co_return {}; }
task<nothing> outer(task<nothing> inner) { co_return co_await inner; }

template <class F>
std::string told(F f) {
  const tests::standard_error captured;
  f();
  return captured.text();
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("a function that drops its task is told, with the task's function") {
  const std::function<void()> f = [] { return serve(1); };
  const std::string text = told([&] { f(); });
  CHECK(text.find("green: a task was dropped and never ran: ") == 0);
  CHECK(text.find("serve") != std::string::npos);
  CHECK(text.find("dropped_task_test.cc:") != std::string::npos);
  CHECK(lines(text) == 1);
}

TEST_CASE("each function is told once, from whatever thread") {
  const std::vector<int> many(100);
  const std::string text = told([&] {
    std::ranges::for_each(many, [](int) { return twice(); });
    std::thread(twice).join();
  });
  CHECK(text.find("twice") != std::string::npos);
  CHECK(lines(text) == 1);
}

TEST_CASE("its arguments are not told beside it") {
  const std::string text = told([] { (void)outer(argument()); });
  CHECK(text.find("outer") != std::string::npos);
  CHECK(lines(text) == 1);
}

TEST_CASE("an exception or a kill that comes before the await is no mistake") {
  const auto thrown = []() -> task<nothing> { co_return {}; };
  const auto killed = []() -> task<nothing> { co_return {}; };
  const auto wait = [&]() -> task<> {
    auto t = killed();
    co_await green::sleep(std::chrono::hours(1));
    co_await t;
  };
  CHECK(told([&] {
          try {
            auto t = thrown();
            throw 1;
          } catch (int) {
          }
          green::run([&]() -> task<> {
            auto g = green::spawn(wait);
            co_await green::sleep();
            co_await g.kill();
            (void)green::spawn(wait);
            co_await green::sleep();
          });
        }).empty());
}

TEST_CASE("an awaited task, and one whose holder may leave it, say nothing") {
  CHECK(told([] {
          green::run([]() -> task<> {
            co_await serve(3);
            auto t = serve(4);
            co_await t;
            auto left = serve(5);
            left.leave_unawaited();
          });
        }).empty());
}
