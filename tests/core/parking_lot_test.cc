// SPDX-License-Identifier: MIT
#include "green/core/parking_lot.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/forks.h"

namespace parking_lot = green::core::parking_lot;
using green::core::deadline;

namespace {

constexpr std::uint64_t key = 0x1234;

green::task<> park() {
  const parking_lot::interest told(key);
  co_await parking_lot::wait(key, parking_lot::turn(key), "a test",
                             deadline::never());
}

}  // namespace

// The waiter of the other hub came first, and does not exist in the child.
TEST_CASE("in a child of fork, a wake is for the waiters that are there") {
  std::thread other([] { green::run(park); });
  while (!parking_lot::anybody(key)) std::this_thread::yield();
  green::run([]() -> green::task<> {
    const auto wakes = []() -> green::task<bool> {
      const auto mine = green::spawn(park);
      co_await green::sleep();
      const bool woken = parking_lot::wake(key, false);
      co_await mine.get();
      co_return woken;
    };
    CHECK(co_await tests::in_child(wakes) == tests::exited(0));
  });
  while (!parking_lot::wake(key, true)) std::this_thread::yield();
  other.join();
}
