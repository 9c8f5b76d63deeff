// SPDX-License-Identifier: MIT
#include "green/core/wait_queue.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using green::core::list;
using green::core::wait_queue;
using green::core::waiter;

struct logged : waiter {
  logged(int n, std::vector<int>& l)
      : waiter(&logged::wake), number(n), log(&l) {}
  static void wake(waiter& w) {
    const logged& self = static_cast<logged&>(w);
    self.log->push_back(self.number);
  }
  int number;
  std::vector<int>* log;
};

struct four {
  four() {
    for (logged& w : waiters) push(w);
  }
  ~four() {
    while (queue.pop() != nullptr) continue;  // who destroys it empties it
  }
  void push(logged& w) {
    const std::lock_guard guard(queue);
    queue.push(w);
  }
  bool remove(logged& w) {
    const std::lock_guard guard(queue);
    return queue.remove(w);
  }
  std::vector<int> log;
  std::array<logged, 4> waiters{logged{0, log}, logged{1, log}, logged{2, log},
                                logged{3, log}};
  wait_queue queue;
};

using numbers = std::vector<int>;

}  // namespace

TEST_CASE("notify_one wakes the one that has waited longest") {
  four f;
  CHECK(f.queue.notify_one());
  CHECK(f.log == numbers{0});
  f.push(f.waiters[0]);
  while (f.queue.notify_one()) continue;
  CHECK(f.log == numbers{0, 1, 2, 3, 0});
  CHECK(f.queue.empty());
}

TEST_CASE("notifying nobody wakes nobody") {
  wait_queue queue;
  CHECK_FALSE(queue.notify_one());
  queue.notify_all();
  CHECK(queue.pop() == nullptr);
}

TEST_CASE("notify_all wakes everyone, in order") {
  four f;
  f.queue.notify_all();
  CHECK(f.log == numbers{0, 1, 2, 3});
  CHECK(f.queue.empty());
}

TEST_CASE("one that gave up is not woken") {
  four f;
  CHECK(f.remove(f.waiters[1]));
  CHECK_FALSE(f.remove(f.waiters[1]));
  f.queue.notify_all();
  CHECK(f.log == numbers{0, 2, 3});
}

TEST_CASE("one that was popped can't give up any more") {
  four f;
  waiter* first = nullptr;
  {
    const std::lock_guard guard(f.queue);
    first = f.queue.pop();
  }
  CHECK(first == &f.waiters[0]);
  CHECK_FALSE(f.remove(f.waiters[0]));
}

TEST_CASE("those that were taken together can't give up any more") {
  four f;
  list<waiter> taken;
  {
    const std::lock_guard guard(f.queue);
    f.queue.take_all(taken);
    CHECK(f.queue.empty());
  }
  CHECK_FALSE(f.remove(f.waiters[2]));
  wait_queue::wake_all(taken);
  CHECK(f.log == numbers{0, 1, 2, 3});
  f.push(f.waiters[2]);
  CHECK(f.remove(f.waiters[2]));
}

TEST_CASE("for_each sees who waits, in order") {
  four f;
  numbers seen;
  f.queue.for_each(
      [&](waiter& w) { seen.push_back(static_cast<logged&>(w).number); });
  CHECK(seen == numbers{0, 1, 2, 3});
}

TEST_CASE("a waiter is either woken or gives up, never both or neither") {
  struct slot : waiter {
    slot() : waiter(&slot::wake) {}
    static void wake(waiter& w) { ++static_cast<slot&>(w).woken; }
    std::atomic<int> woken = 0;
    bool gave_up = false;
  };
  constexpr std::size_t rounds = 2000;
  constexpr std::size_t waiters = 8;
  int wrong = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto slots = std::make_unique<slot[]>(waiters);
    wait_queue queue;
    for (std::size_t i = 0; i < waiters; ++i) queue.push(slots[i]);
    std::atomic<bool> go = false;
    std::thread notifier([&] {
      while (!go) continue;
      round % 2 == 0 ? queue.notify_all()
                     : static_cast<void>(queue.notify_one());
    });
    go = true;
    for (std::size_t i = 0; i < waiters; i += 2) {
      const std::lock_guard guard(queue);
      slots[i].gave_up = queue.remove(slots[i]);
    }
    notifier.join();
    queue.notify_all();
    for (std::size_t i = 0; i < waiters; ++i) {
      if (slots[i].woken + (slots[i].gave_up ? 1 : 0) != 1) ++wrong;
    }
  }
  CHECK(wrong == 0);
}
