// SPDX-License-Identifier: MIT
#include "green/event.h"

#include <fmt/format.h>

#include <iterator>

#include <mutex>
#include <stdexcept>

#include "green/core/scheduler.h"
#include "green/timeout.h"

namespace green {

using core::wait_queue;
using locked = std::lock_guard<wait_queue>;

event::~event() {
  queue_.unused(
      "an event was destroyed while green threads wait for it: join or kill "
      "them first");
}

void event::set() noexcept {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    set_ = true;
    if (queue_.empty()) return;
    queue_.take_all(woken);
    woken_on_ = core::scheduler::here();
    if (woken_on_ != nullptr) {
      woken_after_ = woken_on_->ready().pushed();
      woken.for_each([this](core::waiter&) { ++woken_after_; });
    }
  }
  wait_queue::wake_all(woken);
}

void event::clear() noexcept {
  const locked guard(queue_);
  set_ = false;
}

bool event::is_set() const noexcept {
  const locked guard(queue_);
  return set_;
}

// Some green threads of this hub that set() woke have not run yet.
bool event::still_waking() const noexcept {
  return woken_on_ != nullptr && woken_on_ == core::scheduler::here() &&
         woken_on_->ready().popped() < woken_after_;
}

bool event_wait::at_once(core::green_thread&) noexcept {
  const locked guard(queue());
  return try_now();
}

bool event_wait::try_now() noexcept {
  late_ = event_->set_ && event_->still_waking();
  return event_->set_;
}

void event_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "event {}", fmt::ptr(event_));
}

result_base::~result_base() {
  queue_.unused(
      "an async_result was destroyed while green threads wait for it: join or "
      "kill them first");
}

void result_base::set_exception(std::exception_ptr error) {
  if (error == nullptr) {
    throw std::invalid_argument(
        "async_result: set_exception with no exception");
  }
  settle(std::make_shared<result_box>(std::move(error)));
}

void result_base::settle(box_ptr box) noexcept {
  core::list<core::waiter> woken;
  {
    const locked guard(queue_);
    queue_.take_all(woken);
    woken.for_each([&box](core::waiter& w) {
      core::queue_wait::of<result_waiter>(w).box_ = box;
    });
    box_.swap(box);  // the old one is destroyed without the lock
  }
  wait_queue::wake_all(woken);
}

result_base::box_ptr result_base::box() const noexcept {
  const locked guard(queue_);
  return box_;
}

result_base::box_ptr result_base::box_now() const {
  box_ptr now = box();
  if (now == nullptr) throw timed_out("async_result: it is not set");
  return now;
}

bool result_base::successful() const noexcept {
  const box_ptr now = box();
  return now != nullptr && now->error == nullptr;
}

std::exception_ptr result_base::exception() const noexcept {
  const box_ptr now = box();
  return now == nullptr ? nullptr : now->error;
}

bool result_waiter::at_once(core::green_thread&) noexcept {
  const locked guard(queue());
  return try_now();
}

bool result_waiter::try_now() noexcept {
  box_ = result_->box_;
  return box_ != nullptr;
}

std::shared_ptr<result_box> result_waiter::finish_get() {
  if (!finish_wait()) throw timed_out("async_result: not set in time");
  return std::move(box_);
}

void result_waiter::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "async_result {}", fmt::ptr(result_));
}

void throw_value_taken() {
  throw std::logic_error(
      "async_result: the value can't be copied, and an earlier get took it");
}

}  // namespace green
