// SPDX-License-Identifier: MIT
#include "green/queues/base.h"

#include <fmt/format.h>

#include <iterator>

#include <mutex>
#include <stdexcept>
#include <utility>

#include "green/queues/unfinished.h"

namespace green {

using core::wait_queue;
using locked = std::lock_guard<wait_queue>;

void throw_nothing_to_put() {
  throw std::logic_error("put_case: its value was put already");
}

queue_base::~queue_base() {
  queue_.unused(
      "a queue was destroyed while green threads wait in it: join or kill them "
      "first");
  drop(queue_base::fetch_all());
}

std::size_t queue_base::size() const noexcept {
  const locked guard(queue_);
  return count_;
}

bool queue_base::full() const noexcept {
  const locked guard(queue_);
  return count_ >= maxsize_;
}

std::size_t queue_base::maxsize() const noexcept {
  const locked guard(queue_);
  return maxsize_;
}

void queue_base::set_maxsize(std::size_t maxsize) noexcept {
  waiters woken;
  {
    const locked guard(queue_);
    maxsize_ = maxsize;
    refill(woken);
  }
  wait_queue::wake_all(woken);
}

bool queue_base::closed() const noexcept {
  const locked guard(queue_);
  return closed_;
}

void queue_base::close(bool immediate) noexcept {
  waiters woken;
  queue_item* dropped = nullptr;
  {
    const locked guard(queue_);
    closed_ = true;
    if (immediate && count_ != 0) {
      if (unfinished_ != nullptr) unfinished_->done(count_, woken);
      dropped = fetch_all();
      count_ = 0;
    }
    queue_.take_all(woken);
  }
  wait_queue::wake_all(woken);
  drop(dropped);
}

void queue_base::count_in(unfinished_count& unfinished) noexcept {
  unfinished_ = &unfinished;
  unfinished.add(count_);
}

// ---- Without waiting

bool queue_base::put_now(queue_item_ptr& item) {
  waiters woken;
  {
    const locked guard(queue_);
    if (closed_ || !admit(item, woken)) return false;
  }
  wait_queue::wake_all(woken);
  return true;
}

void queue_base::put_now_or_throw(queue_item_ptr& item) {
  if (put_now(item)) return;
  if (closed()) throw queue_closed();
  throw queue_full();
}

queue_item_ptr queue_base::get_now(queue_item::copier peek) {
  waiters woken;
  queue_item_ptr item;
  {
    const locked guard(queue_);
    item = take(peek, woken);
  }
  wait_queue::wake_all(woken);
  return item;
}

queue_item_ptr queue_base::get_now_or_throw(queue_item::copier peek) {
  queue_item_ptr item = get_now(peek);
  if (item != nullptr) return item;
  if (closed()) throw queue_closed();
  throw queue_empty();
}

void queue_base::put_initial(queue_item_ptr item) { enter(item); }

// ---- With the queue locked

core::waiter* queue_base::pop_of_both(side which) noexcept {
  return queue_.pop_if([which](core::waiter& w) {
    const bool puts = core::queue_wait::of<core::queue_wait>(w).brings();
    return puts == (which == side::putters);
  });
}

// An item comes: for a getter that waits, or to be kept if there is room.
bool queue_base::admit(queue_item_ptr& item, waiters& woken) {
  if (getters_wait() && hand_over(*item, woken)) {
    if (unfinished_ != nullptr) unfinished_->add(1);
    (void)item.release();
    return true;
  }
  if (count_ >= maxsize_) return false;
  enter(item);
  return true;
}

void queue_base::enter(queue_item_ptr& item) {
  store(*item);
  ++count_;
  (void)item.release();
  if (unfinished_ != nullptr) unfinished_->add(1);
}

// An item that was taken for one who does not want it any more: whatever the
// bound, and though the queue is closed. Its task is unfinished still.
void queue_base::put_back(queue_item_ptr& item) {
  waiters woken;
  {
    const locked guard(queue_);
    if (!getters_wait() || !hand_over(*item, woken)) {
      restore(*item);
      ++count_;
    }
    (void)item.release();
  }
  wait_queue::wake_all(woken);
}

// Those that peek are served up to the first that takes it.
bool queue_base::hand_over(queue_item& item, waiters& woken) noexcept {
  while (core::waiter* first = pop(side::getters)) {
    queue_getter& getter = core::queue_wait::of<queue_getter>(*first);
    if (getter.peek_ != nullptr) item.share(getter.peek_);
    getter.item_ = queue_item_ptr::adopt(&item);
    woken.push_back(*first);
    if (getter.peek_ == nullptr) return true;
  }
  return false;
}

// The next item, and its place to a putter that waits; null if there is none.
queue_item_ptr queue_base::take(queue_item::copier peek, waiters& woken) {
  if (count_ == 0) {
    if (!putters_wait()) return {};
    // A channel: nothing is kept, the item comes from the putter itself.
    core::waiter* const first = pop(side::putters);
    if (first == nullptr) return {};
    queue_putter& putter = core::queue_wait::of<queue_putter>(*first);
    woken.push_back(*first);
    return std::move(putter.item_);
  }
  if (peek != nullptr) {
    queue_item& item = first();
    item.share(peek);
    return queue_item_ptr::adopt(&item);
  }
  queue_item_ptr item = queue_item_ptr::adopt(&fetch());
  --count_;
  if (putters_wait()) [[unlikely]]
    refill(woken);
  return item;
}

void queue_base::refill(waiters& woken) noexcept {
  while (count_ < maxsize_ && putters_wait()) {
    core::waiter* const first = pop(side::putters);
    if (first == nullptr) return;
    queue_putter& putter = core::queue_wait::of<queue_putter>(*first);
    try {
      enter(putter.item_);
    } catch (...) {
      putter.error_ = std::current_exception();
    }
    woken.push_back(*first);
  }
}

// ---- First in, first out

void queue_base::store(queue_item& item) {
  item.next_ = nullptr;
  (head_ == nullptr ? head_ : tail_->next_) = &item;
  tail_ = &item;
}

void queue_base::store_first(queue_item& item) noexcept {
  if (head_ == nullptr) tail_ = &item;
  chain(item, head_);
}

queue_item& queue_base::fetch() {
  queue_item& item = *head_;
  head_ = item.next_;
  return item;
}

queue_item* queue_base::fetch_all() noexcept {
  return std::exchange(head_, nullptr);
}

void queue_base::chain(queue_item& item, queue_item*& to) noexcept {
  item.next_ = to;
  to = &item;
}

void queue_base::drop(queue_item* chained) noexcept {
  while (chained != nullptr) {
    queue_item* const item = chained;
    chained = item->next_;
    item->unref();
  }
}

// ---- The waits

bool queue_getter::at_once(core::green_thread&) {
  bool over = false;
  {
    const locked guard(queue());
    over = try_now();
  }
  wait_queue::wake_all(woken_);
  return over;
}

// A comparison may throw; it is the getter's error.
bool queue_getter::try_now() {
  try {
    item_ = owner_->take(peek_, woken_);
  } catch (...) {
    error_ = std::current_exception();
    return true;
  }
  if (item_ != nullptr || owner_->closed_) return true;
  owner_->side_ = queue_base::side::getters;
  return false;
}

bool queue_getter::finish_get() {
  const bool over = finish_wait();
  wait_queue::wake_all(woken_);
  if (item_ != nullptr) return true;
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (!over) throw queue_empty();
  return false;
}

void queue_getter::put_back(queue_item_ptr& item) { owner_->put_back(item); }

void queue_getter::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "queue.{} {}",
                 peek_ == nullptr ? "get" : "peek", fmt::ptr(owner_));
}

bool queue_putter::at_once(core::green_thread&) {
  bool over = false;
  {
    const locked guard(queue());
    over = try_now();
  }
  wait_queue::wake_all(woken_);
  return over;
}

bool queue_putter::try_now() {
  try {
    if (owner_->closed_ || owner_->admit(item_, woken_)) return true;
  } catch (...) {
    error_ = std::current_exception();
    return true;
  }
  owner_->side_ = queue_base::side::putters;
  return false;
}

bool queue_putter::put_at_once() noexcept {
  wait_queue::wake_all(woken_);
  return outcome_ == outcome::done && item_ == nullptr;
}

void queue_putter::await_resume() {
  const bool over = finish_wait();
  wait_queue::wake_all(woken_);
  if (item_ == nullptr) return;
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (over) throw queue_closed();
  throw queue_full();
}

void queue_putter::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "queue.put {}", fmt::ptr(owner_));
}

}  // namespace green
