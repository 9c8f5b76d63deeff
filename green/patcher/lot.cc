// SPDX-License-Identifier: MIT
#include "green/patcher/lot.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "green/core/immortal.h"
#include "green/core/queue_wait.h"
#include "green/patcher/fiber.h"

namespace green::patcher::lot {

namespace {

// Keys share a few rows: who is woken for another's key looks again.
struct row {
  core::wait_queue queue;
  std::atomic<unsigned> turn = 0;  // changed with the queue locked
};

constinit core::immortal<std::array<row, 64>> rows;

row& row_of(const void* key) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(key);
  return rows.value[(address * 0x9E3779B97F4A7C15u >> 32) % rows.value.size()];
}

class lot_wait final : public core::queue_wait {
 public:
  lot_wait(const void* key, unsigned seen, const char* what,
           core::deadline until)
      : queue_wait(row_of(key).queue, until),
        key_(key),
        seen_(seen),
        what_(what) {}

  void await_resume() { finish_wait(); }
  void describe(std::string& out) const override { out += what_; }
  const void* key() const noexcept { return key_; }

 private:
  bool satisfied() override { return row_of(key_).turn.load() != seen_; }

  const void* key_;
  unsigned seen_;
  const char* what_;
};

}  // namespace

unsigned turn(const void* key) noexcept { return row_of(key).turn.load(); }

core::task<int> wait(const void* key, unsigned seen, const char* what,
                     core::deadline until) {
  co_await lot_wait(key, seen, what, until);
  co_return 0;
}

core::task<int> wait_a_while(const void* key, unsigned seen, const char* what,
                             unsigned round, core::deadline until) {
  const core::deadline look =
      std::chrono::microseconds(std::min(10'000u, 50u << std::min(round, 8u)));
  return wait(key, seen, what, look.ns() < until.ns() ? look : until);
}

bool wake_waiters(const void* key, bool all) noexcept {
  const shut_gate shut;
  row& place = row_of(key);
  core::list<core::waiter> waiting, woken;
  place.queue.lock();
  place.turn.fetch_add(1);
  place.queue.take_all(waiting);
  while (core::waiter* const w = waiting.pop_front()) {
    const bool meant =
        static_cast<lot_wait*>(w)->key() == key && (all || woken.empty());
    if (meant) {
      woken.push_back(*w);
    } else {
      place.queue.push(*w);
    }
  }
  place.queue.unlock();
  const bool any = !woken.empty();
  core::wait_queue::wake_all(woken);
  return any;
}

}  // namespace green::patcher::lot
