// SPDX-License-Identifier: MIT
#include "green/broadcast.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <stdexcept>

namespace green {

using core::wait_queue;
using locked = std::lock_guard<wait_queue>;

broadcast_base::broadcast_base(std::size_t capacity) : kept_(capacity) {
  if (capacity == 0) {
    throw std::invalid_argument("broadcast: the capacity has to be positive");
  }
}

broadcast_base::~broadcast_base() {
  queue_.unused(
      "a broadcast was destroyed while green threads wait for it: join or kill "
      "them first");
}

void broadcast_base::close() noexcept {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    closed_ = true;
    queue_.take_all(woken);
  }
  wait_queue::wake_all(woken);
}

bool broadcast_base::closed() const noexcept {
  const locked guard(queue_);
  return closed_;
}

// The value that is kept no more goes without the lock. A receiver that several
// green threads wait for gives the value to the first of them.
void broadcast_base::put(value_ptr value) {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    if (closed_) throw queue_closed();
    kept_[sent_ % kept_.size()].swap(value);
    ++sent_;
    queue_.for_each([this, &woken](core::waiter& w) {
      if (!core::queue_wait::of<broadcast_waiter>(w).try_now()) return;
      queue_.remove(w);
      woken.push_back(w);
    });
  }
  wait_queue::wake_all(woken);
}

std::uint64_t broadcast_base::oldest() const noexcept {
  return sent_ - std::min<std::uint64_t>(sent_, kept_.size());
}

// With the queue locked.
bool broadcast_base::take(broadcast_position& by, value_ptr& value) noexcept {
  const std::uint64_t first = oldest();
  if (by.next_ < first) {
    by.missed_ += first - by.next_;
    by.next_ = first;
  }
  if (by.next_ == sent_) return false;
  value = kept_[by.next_ % kept_.size()];
  ++by.next_;
  return true;
}

broadcast_position::broadcast_position(broadcast_base& from) noexcept
    : from_(&from) {
  const locked guard(from.queue_);
  next_ = from.sent_;
}

std::uint64_t broadcast_position::missed() const noexcept {
  const locked guard(from_->queue_);
  const std::uint64_t first = from_->oldest();
  return missed_ + (next_ < first ? first - next_ : 0);
}

broadcast_position::value_ptr broadcast_position::take_now() {
  value_ptr value;
  const locked guard(from_->queue_);
  from_->take(*this, value);
  return value;
}

bool broadcast_waiter::at_once(core::green_thread&) noexcept {
  const locked guard(queue());
  return try_now();
}

bool broadcast_waiter::try_now() noexcept {
  if (!from_->take(*by_, value_)) return from_->closed_;
  number_ = by_->next_ - 1;
  return true;
}

std::shared_ptr<const void> broadcast_waiter::finish_next() {
  if (!finish_wait()) throw queue_empty();
  return std::move(value_);
}

void broadcast_waiter::undo() {
  const locked guard(queue());
  if (by_->next_ != number_ + 1 || number_ < from_->oldest()) {
    throw queue_empty();
  }
  by_->next_ = number_;
}

void broadcast_waiter::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "broadcast {}", fmt::ptr(from_));
}

}  // namespace green
