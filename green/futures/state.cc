// SPDX-License-Identifier: MIT
#include "green/futures/state.h"

#include <mutex>
#include <new>
#include <utility>

#include "green/core/assert.h"
#include "green/core/list.h"
#include "green/futures/thread_exit.h"

namespace green {

void throw_future_error(std::future_errc code) {
  throw std::future_error(code);
}

void future_state_base::retrieve() {
  if (std::exchange(retrieved_, true)) {
    throw_future_error(std::future_errc::future_already_retrieved);
  }
}

bool future_state_base::advance(status from, status to) noexcept {
  const std::lock_guard guard(queue_);
  if (status_ != from) return false;
  status_ = to;
  return true;
}

void future_state_base::claim() {
  if (!advance(status::empty, status::claimed)) {
    throw_future_error(std::future_errc::promise_already_satisfied);
  }
}

void future_state_base::unclaim() noexcept {
  error_ = nullptr;
  const bool claimed = advance(status::claimed, status::empty);
  GREEN_ASSERT(claimed,
               "a shared state was given up by who had not claimed it");
}

void future_state_base::keep_error(std::exception_ptr error) noexcept {
  GREEN_ASSERT(error != nullptr, "set_exception needs an exception");
  error_ = std::move(error);
}

// Whoever waits looks at the status with the lock held, and so may destroy the
// promise as soon as this has unlocked.
void future_state_base::publish() noexcept {
  core::list<core::waiter> woken;
  queue_.lock();
  GREEN_ASSERT(status_ == status::claimed, "a result was set without a claim");
  status_ = status::ready;
  queue_.take_all(woken);
  queue_.unlock();
  core::wait_queue::wake_all(woken);
}

void future_state_base::publish_at_thread_exit() {
  try {
    at_thread_exit([self = core::counted_ptr(*this)] { self->publish(); });
  } catch (...) {
    unclaim();
    throw;
  }
}

void future_state_base::set_error(std::exception_ptr error) {
  claim();
  keep_error(std::move(error));
  publish();
}

void future_state_base::set_error_at_thread_exit(std::exception_ptr error) {
  claim();
  keep_error(std::move(error));
  publish_at_thread_exit();
}

void future_state_base::break_promise() noexcept {
  if (!shared()) return;
  try {
    keep_error(std::make_exception_ptr(
        std::future_error(std::future_errc::broken_promise)));
  } catch (const std::bad_alloc&) {
    keep_error(std::current_exception());
  }
  publish();
}

}  // namespace green
