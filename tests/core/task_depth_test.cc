// SPDX-License-Identifier: MIT
// The stack does not grow with awaits, in any build mode.
#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/task.h"
#include "tests/support/permits.h"

namespace {

using green::task;

constexpr int awaits = 1'000'000;
constexpr int depth = 100'000;

task<int> ready(int n) { co_return n; }

task<int> ready_in_three() {
  const int one = co_await ready(1);
  co_return one + co_await ready(2);
}

task<int> nested(int levels) {
  if (levels == 0) co_return 0;
  co_return 1 + co_await nested(levels - 1);
}

task<int> nested_on(int levels, tests::permits& bottom) {
  if (levels == 0) {
    co_await bottom.acquire();
    co_return 0;
  }
  co_return 1 + co_await nested_on(levels - 1, bottom);
}

task<int> nested_throw(int levels) {
  if (levels == 0) throw std::runtime_error("bottom");
  co_return 1 + co_await nested_throw(levels - 1);
}

// Where the stack stands while a child runs.
task<std::uintptr_t> stack_of_child() {
  const void* const place = __builtin_frame_address(0);
  co_return reinterpret_cast<std::uintptr_t>(place);
}

// More than all coroutines take that run within each other, sanitized or not.
constexpr std::uintptr_t few_frames = 64 * 1024;

}  // namespace

TEST_CASE("a million awaits that complete at once") {
  const long sum = green::run([]() -> task<long> {
    long total = 0;
    for (int i = 0; i < awaits; ++i) total += co_await ready(i % 2);
    co_return total;
  });
  CHECK(sum == awaits / 2);
}

TEST_CASE("the stack has grown by few frames after a million awaits") {
  green::run([]() -> task<> {
    const std::uintptr_t before = co_await stack_of_child();
    for (int i = 0; i < awaits / 3; ++i) co_await ready_in_three();
    CHECK(before - co_await stack_of_child() + few_frames < 2 * few_frames);
  });
}

TEST_CASE("a recursion of a hundred thousand awaits") {
  CHECK(green::run(nested, depth) == depth);
}

TEST_CASE("a deep recursion that waits at its bottom") {
  tests::permits bottom;
  const int levels = green::run([&]() -> task<int> {
    const auto deep = green::spawn([&] { return nested_on(depth, bottom); });
    while (!bottom.somebody_waits()) co_await green::sleep();
    bottom.release();
    co_return co_await deep.get();
  });
  CHECK(levels == depth);
}

TEST_CASE("an exception leaves a deep recursion") {
  green::run([]() -> task<> {
    CHECK_THROWS_AS(co_await nested_throw(depth / 10), std::runtime_error);
  });
}

TEST_CASE("a kill leaves a deep recursion") {
  tests::permits bottom;
  green::run([&]() -> task<> {
    const auto deep =
        green::spawn([&] { return nested_on(depth / 10, bottom); });
    while (!bottom.somebody_waits()) co_await green::sleep();
    co_await deep.kill();
    CHECK(deep.was_killed());
    CHECK_FALSE(bottom.somebody_waits());
  });
}

TEST_CASE("a million awaits of what was notified already") {
  green::run([]() -> task<> {
    tests::permits many(awaits);
    for (int i = 0; i < awaits; ++i) co_await many.acquire();
    CHECK(many.left() == 0);
  });
}
