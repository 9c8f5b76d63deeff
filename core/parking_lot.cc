// SPDX-License-Identifier: MIT
#include "green/core/parking_lot.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "green/core/immortal.h"
#include "green/core/queue_wait.h"

namespace green::core::parking_lot {

namespace {

// Keys share a few rows.
struct alignas(64) row {
  wait_queue queue;
  std::atomic<unsigned> interested = 0;
  std::atomic<unsigned> turn = 0;  // changed with the queue locked
};

constinit immortal<std::array<row, 64>> rows;

row& row_of(std::uint64_t key) noexcept {
  return rows.value[(key * 0x9E3779B97F4A7C15u >> 32) % rows.value.size()];
}

class turn_wait final : public parked_wait {
 public:
  turn_wait(std::uint64_t key, unsigned seen, const char* what, deadline until)
      : parked_wait(key, what, until), seen_(seen) {}

 private:
  bool try_now() override { return row_of(key()).turn.load() != seen_; }

  unsigned seen_;
};

std::uint64_t key_of(waiter& w) noexcept {
  return queue_wait::of<parked_wait>(w).key();
}

// With the row locked.
void take(row& place, std::uint64_t key, bool all, list<waiter>& to) noexcept {
  bool enough = false;
  place.queue.for_each([&](waiter& w) {
    if (enough || key_of(w) != key) return;
    place.queue.remove(w);
    to.push_back(w);
    enough = !all;
  });
}

}  // namespace

interest::interest(std::uint64_t key) noexcept : key_(key) {
  row_of(key_).interested.fetch_add(1);
}
interest::~interest() { row_of(key_).interested.fetch_sub(1); }

bool anybody(std::uint64_t key) noexcept {
  return row_of(key).interested.load() != 0;
}

parked_wait::parked_wait(std::uint64_t key, const char* what,
                         deadline until) noexcept
    : queue_wait(row_of(key).queue, until),
      key_(key),
      what_(what),
      interest_(key) {}

void parked_wait::take_all(list<waiter>& to) noexcept {
  take(row_of(key_), key_, true, to);
}

guard::guard(std::uint64_t key) noexcept : queue_(row_of(key).queue) {
  queue_.lock();
}

unsigned turn(std::uint64_t key) noexcept { return row_of(key).turn.load(); }

task<> wait(std::uint64_t key, unsigned seen, const char* what,
            deadline until) {
  co_await turn_wait(key, seen, what, until);
}

deadline next_look(unsigned round, deadline until) {
  const deadline look =
      std::chrono::microseconds(std::min(10'000u, 50u << std::min(round, 8u)));
  return look.ns() < until.ns() ? look : until;
}

task<> wait_a_while(std::uint64_t key, unsigned seen, const char* what,
                    unsigned round, deadline until) {
  return wait(key, seen, what, next_look(round, until));
}

void forget_all() noexcept {
  for (row& each : rows.value) std::construct_at(&each.queue);
}

bool wake(std::uint64_t key, bool all) noexcept {
  row& place = row_of(key);
  list<waiter> woken;
  place.queue.lock();
  const unsigned turn = place.turn.load(std::memory_order_relaxed);
  place.turn.store(turn + 1, std::memory_order_release);
  take(place, key, all, woken);
  place.queue.unlock();
  const bool any = !woken.empty();
  wait_queue::wake_all(woken);
  return any;
}

}  // namespace green::core::parking_lot
