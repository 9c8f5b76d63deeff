// SPDX-License-Identifier: MIT
#include "green/core/parking_lot.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include "green/core/immortal.h"
#include "green/core/queue_wait.h"

namespace green::core::parking_lot {

namespace {

// Keys share a few rows.
struct row {
  wait_queue queue;
  std::atomic<unsigned> turn = 0;  // changed with the queue locked
};

constinit immortal<std::array<row, 64>> rows;

row& row_of(std::uint64_t key) noexcept {
  return rows.value[(key * 0x9E3779B97F4A7C15u >> 32) % rows.value.size()];
}

class lot_wait final : public queue_wait {
 public:
  lot_wait(std::uint64_t key, unsigned seen, const char* what, deadline until)
      : queue_wait(row_of(key).queue, until),
        key_(key),
        seen_(seen),
        what_(what) {}

  void await_resume() { finish_wait(); }
  void describe(std::string& out) const override { out += what_; }
  std::uint64_t key() const noexcept { return key_; }

 private:
  bool try_now() override { return row_of(key_).turn.load() != seen_; }

  std::uint64_t key_;
  unsigned seen_;
  const char* what_;
};

}  // namespace

unsigned turn(std::uint64_t key) noexcept { return row_of(key).turn.load(); }

task<> wait(std::uint64_t key, unsigned seen, const char* what,
            deadline until) {
  co_await lot_wait(key, seen, what, until);
}

task<> wait_a_while(std::uint64_t key, unsigned seen, const char* what,
                    unsigned round, deadline until) {
  const deadline look =
      std::chrono::microseconds(std::min(10'000u, 50u << std::min(round, 8u)));
  return wait(key, seen, what, look.ns() < until.ns() ? look : until);
}

bool wake(std::uint64_t key, bool all) noexcept {
  row& place = row_of(key);
  list<waiter> waiting, woken;
  place.queue.lock();
  const unsigned turn = place.turn.load(std::memory_order_relaxed);
  place.turn.store(turn + 1, std::memory_order_release);
  place.queue.take_all(waiting);
  while (waiter* const w = waiting.pop_front()) {
    const bool meant =
        static_cast<lot_wait*>(w)->key() == key && (all || woken.empty());
    meant ? woken.push_back(*w) : place.queue.push(*w);
  }
  place.queue.unlock();
  const bool any = !woken.empty();
  wait_queue::wake_all(woken);
  return any;
}

}  // namespace green::core::parking_lot
