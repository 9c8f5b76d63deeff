// SPDX-License-Identifier: MIT
#include "green/pools/items.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <mutex>
#include <new>

#include "green/core/sleep.h"
#include "green/greenlets/spawning.h"
#include "green/hub/this_hub.h"
#include "green/task.h"
#include "green/timeout.h"

namespace green {

const char* const item_is_late =
    "green::pool_of: no item was free before the deadline";

// One sweeper at a time destroys the items that are idle for too long.
struct item_store::sweep_turn {
  explicit sweep_turn(std::shared_ptr<item_store> s) noexcept
      : store(std::move(s)) {}
  sweep_turn(sweep_turn&&) noexcept = default;
  sweep_turn& operator=(sweep_turn&&) = delete;
  ~sweep_turn() {
    if (store == nullptr) return;
    const std::lock_guard guard(store->queue_);
    store->sweeping_ = false;
  }

  std::shared_ptr<item_store> store;
};

item_store::~item_store() { destroy(stack_); }

void item_store::destroy(pooled_item* stack) noexcept {
  while (stack != nullptr) {
    const pooled_item_ptr item(stack);
    stack = item->below_;
  }
}

// With the lock.
pooled_item* item_store::pop() noexcept {
  pooled_item* const top = stack_;
  if (top == nullptr) return nullptr;
  stack_ = std::exchange(top->below_, nullptr);
  --idle_;
  return top;
}

// With the lock.
void item_store::hand_places(waiters& woken) noexcept {
  while (all_ < most_ && !queue_.empty()) {
    core::waiter& next = *queue_.pop();
    core::queue_wait::of<item_wait>(next).got_ = item_wait::grant::place;
    woken.push_back(next);
    --waiting_;
    ++all_;
  }
}

void item_store::give_back(pooled_item_ptr item) noexcept {
  item->idle_since_ = core::now();
  core::waiter* next = nullptr;
  bool sweeps = false;
  {
    const std::lock_guard guard(queue_);
    if (closed_ || all_ > most_) {
      --all_;
    } else if (next = queue_.pop(); next != nullptr) {
      item_wait& wait = core::queue_wait::of<item_wait>(*next);
      wait.item_ = item.release();
      wait.got_ = item_wait::grant::item;
      --waiting_;
    } else {
      item->below_ = stack_;
      stack_ = item.release();
      ++idle_;
      sweeps = !sweeping_;
    }
  }
  if (next != nullptr) next->wake_(*next);
  if (sweeps) start_sweeping();
}

void item_store::give_place() noexcept {
  waiters woken;
  {
    const std::lock_guard guard(queue_);
    --all_;
    hand_places(woken);
  }
  core::wait_queue::wake_all(woken);
}

void item_store::close() noexcept {
  waiters woken;
  any_greenlet sweeper;
  pooled_item* gone = nullptr;
  {
    const std::lock_guard guard(queue_);
    closed_ = true;
    gone = std::exchange(stack_, nullptr);
    all_ -= std::exchange(idle_, 0);
    queue_.for_each([](core::waiter& w) {
      core::queue_wait::of<item_wait>(w).got_ = item_wait::grant::closed;
    });
    waiting_ = 0;
    queue_.take_all(woken);
    std::swap(sweeper, sweeper_);
  }
  core::wait_queue::wake_all(woken);
  if (sweeper.valid()) sweeper.kill_nowait();
  destroy(gone);
}

void item_store::resize(std::size_t most) noexcept {
  waiters woken;
  pooled_item* gone = nullptr;
  {
    const std::lock_guard guard(queue_);
    most_ = most;
    hand_places(woken);
    while (all_ > most_ && stack_ != nullptr) {
      pooled_item* const item = pop();
      item->below_ = gone;
      gone = item;
      --all_;
    }
  }
  core::wait_queue::wake_all(woken);
  destroy(gone);
}

std::size_t item_store::most() const noexcept {
  const std::lock_guard guard(queue_);
  return most_;
}
std::size_t item_store::size() const noexcept {
  const std::lock_guard guard(queue_);
  return all_;
}
std::size_t item_store::free_count() const noexcept {
  const std::lock_guard guard(queue_);
  const std::size_t used = all_ - idle_;
  return closed_ || used > most_ ? 0 : most_ - used;
}
std::size_t item_store::waiting() const noexcept {
  const std::lock_guard guard(queue_);
  return waiting_;
}

bool item_store::is_old(const pooled_item& item) const noexcept {
  return core::now() >=
         core::deadline::after(item.idle_since_, how_.idle_nanoseconds());
}

// With the lock. Below an old item all are old.
pooled_item* item_store::take_old() noexcept {
  pooled_item** at = &stack_;
  std::size_t young = 0;
  for (; *at != nullptr && !is_old(**at); at = &(*at)->below_) ++young;
  all_ -= idle_ - young;
  idle_ = young;
  return std::exchange(*at, nullptr);
}

// With the lock.
std::int64_t item_store::next_end() const noexcept {
  const pooled_item* item = stack_;
  while (item->below_ != nullptr) item = item->below_;
  return core::deadline::after(item->idle_since_, how_.idle_nanoseconds());
}

task<> item_store::sweep(sweep_turn turn) {
  item_store& store = *turn.store;
  for (;;) {
    std::int64_t until = 0;
    {
      const std::lock_guard guard(store.queue_);
      if (store.stack_ == nullptr) {
        store.sweeping_ = false;
        turn.store = nullptr;
        co_return;
      }
      until = store.next_end();
    }
    co_await core::sleep_wait(core::deadline::at(until));
    store.queue_.lock();
    pooled_item* const old = store.take_old();
    store.queue_.unlock();
    destroy(old);
  }
}

// An item that is old is not lent either. So nothing is lost where no hub runs,
// or where memory is refused.
void item_store::start_sweeping() noexcept {
  if (how_.idle_nanoseconds() == core::deadline::infinite) return;
  if (!hub::running()) return;
  {
    const std::lock_guard guard(queue_);
    if (std::exchange(sweeping_, true)) return;
  }
  try {
    sweep_turn turn(shared_from_this());
    any_greenlet made =
        green::spawn_at(core::site(), &item_store::sweep, std::move(turn));
    made.set_name("pool_of: idle items");
    const std::lock_guard guard(queue_);
    std::swap(sweeper_, made);
  } catch (const std::bad_alloc&) {
  }
}

item_wait::~item_wait() {
  // The green thread was ended by force before it took the item.
  if (got_ == grant::item) store_->give_back(pooled_item_ptr(item_));
  if (got_ == grant::place) store_->give_place();
}

bool item_wait::try_now() {
  if (store_->closed_) {
    got_ = grant::closed;
  } else if ((item_ = store_->pop()) != nullptr) {
    got_ = grant::item;
  } else if (store_->all_ < store_->most_) {
    ++store_->all_;
    got_ = grant::place;
  } else {
    ++store_->waiting_;
  }
  return got_ != grant::none;
}

void item_wait::left(core::list<core::waiter>&) noexcept { --store_->waiting_; }

pooled_item_ptr item_wait::await_resume() {
  if (!finish_wait()) throw timed_out(item_is_late);
  const grant got = std::exchange(got_, grant::none);
  if (got == grant::closed) throw pool_closed();
  pooled_item_ptr item(std::exchange(item_, nullptr));
  if (item != nullptr && store_->is_old(*item)) item.reset();
  return item;
}

void item_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "item of pool {}",
                 fmt::ptr(store_.get()));
}

void throw_nothing_made() {
  throw std::runtime_error(
      "green::pool_of: the function that makes items gave a null pointer or an "
      "empty optional");
}

void throw_no_places() {
  throw std::invalid_argument("green::pool_of: a pool of no items lends none");
}

}  // namespace green
