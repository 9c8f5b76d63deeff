// SPDX-License-Identifier: MIT
#include "green/core/fork_mutex.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

using green::core::fork_mutex;

namespace {

constinit fork_mutex first, second;

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
  CHECK(lockable(first));
  CHECK(lockable(second));
  {
    const fork_mutex::all held;
    CHECK_FALSE(lockable(first));
    CHECK_FALSE(lockable(second));
  }
  CHECK(lockable(first));
  CHECK(lockable(second));
}

TEST_CASE("who holds one may take another while all are asked for") {
  for (int i = 0; i < 200; ++i) {
    std::atomic<bool> over = false;
    std::thread asks([&] {
      while (!over) const fork_mutex::all held;
    });
    {
      const std::scoped_lock both(first, second);
    }
    {
      const std::lock_guard one(first);
      const std::lock_guard other(second);
    }
    over = true;
    asks.join();
  }
}

// Nothing had used it before, so that `all` could not know of it.
TEST_CASE("the first lock of one waits for who holds all") {
  static constinit fork_mutex late;
  std::atomic<bool> held = true, in_time = false;
  std::thread user;
  {
    const fork_mutex::all all;
    user = std::thread([&] {
      const std::lock_guard guard(late);
      in_time = held.load();
    });
    for (int i = 0; i < 1'000; ++i) std::this_thread::yield();
    held = false;
  }
  user.join();
  CHECK_FALSE(in_time);
}
