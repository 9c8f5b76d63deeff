// SPDX-License-Identifier: MIT
#include "green/core/fork_mutex.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

using green::core::fork_mutex;

namespace {

fork_mutex& first() {
  static fork_mutex one;
  return one;
}
fork_mutex& second() {
  static fork_mutex one;
  return one;
}

bool lockable(fork_mutex& m) {
  bool locked = false;
  std::thread([&] {
    locked = m.try_lock();
    if (locked) m.unlock();
  }).join();
  return locked;
}

}  // namespace

TEST_CASE("all are one lock") {
  CHECK(lockable(first()));
  CHECK(lockable(second()));
  {
    const fork_mutex::all held;
    CHECK_FALSE(lockable(first()));
    CHECK_FALSE(lockable(second()));
  }
  CHECK(lockable(first()));
  CHECK(lockable(second()));
}

TEST_CASE("who holds one may take another while all are asked for") {
  for (int i = 0; i < 200; ++i) {
    std::atomic<bool> over = false;
    std::thread asks([&] {
      while (!over) const fork_mutex::all held;
    });
    {
      const std::scoped_lock both(first(), second());
    }
    {
      const std::lock_guard one(first());
      const std::lock_guard other(second());
    }
    over = true;
    asks.join();
  }
}
