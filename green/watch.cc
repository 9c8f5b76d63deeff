// SPDX-License-Identifier: MIT
#include "green/watch.h"

#include <fmt/format.h>

#include <iterator>
#include <mutex>

namespace green {

using core::wait_queue;
using locked = std::lock_guard<wait_queue>;

watch_base::~watch_base() {
  queue_.unused(
      "a watch was destroyed while green threads wait for it: join or kill "
      "them first");
}

// The old value goes without the lock.
void watch_base::put(value_ptr value) noexcept {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    ++version_;
    value_.swap(value);
    queue_.for_each([](core::waiter& w) {
      core::queue_wait::of<watch_wait>(w).changed_ = true;
    });
    queue_.take_all(woken);
  }
  wait_queue::wake_all(woken);
}

void watch_base::close() noexcept {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    closed_ = true;
    queue_.take_all(woken);
  }
  wait_queue::wake_all(woken);
}

bool watch_base::closed() const noexcept {
  const locked guard(queue_);
  return closed_;
}

watch_base::seen_value watch_base::newest() const noexcept {
  const locked guard(queue_);
  return {value_, version_};
}

watch_wait watch_base::changed(core::deadline until) {
  return watch_wait(*this, newest().version, until);
}

bool watch_wait::at_once(core::green_thread&) noexcept {
  const locked guard(queue());
  return try_now();
}

bool watch_wait::try_now() noexcept {
  changed_ = watch_->version_ != seen_;
  return changed_ || watch_->closed_;
}

void watch_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "watch {}", fmt::ptr(watch_));
}

}  // namespace green
