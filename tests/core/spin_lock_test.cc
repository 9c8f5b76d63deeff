// SPDX-License-Identifier: MIT
#include "green/core/spin_lock.h"

#include <doctest/doctest.h>

#include <mutex>
#include <thread>
#include <vector>

using green::core::spin_lock;

TEST_CASE("try_lock fails while the lock is held") {
  spin_lock lock;
  CHECK(lock.try_lock());
  CHECK_FALSE(lock.try_lock());
  lock.unlock();
  CHECK(lock.try_lock());
  lock.unlock();
}

TEST_CASE("only one thread at a time holds the lock") {
  constexpr int threads = 4;
  constexpr int rounds = 20'000;
  spin_lock lock;
  long count = 0;  // not atomic: a race would lose some, and TSan sees it
  bool inside = false;
  int overlaps = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard guard(lock);
        if (inside) ++overlaps;
        inside = true;
        ++count;
        inside = false;
      }
    });
  }
  for (std::thread& t : all) t.join();
  CHECK(count == threads * rounds);
  CHECK(overlaps == 0);
}

TEST_CASE("a lock that is held is waited for") {
  spin_lock lock;
  int value = 0;
  lock.lock();
  std::thread other([&] {
    const std::lock_guard guard(lock);
    value = value * 10 + 2;
  });
  value = 1;
  lock.unlock();
  other.join();
  CHECK(value == 12);
}
