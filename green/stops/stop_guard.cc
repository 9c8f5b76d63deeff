// SPDX-License-Identifier: MIT
#include "green/stops/stop_guard.h"

#include <mutex>
#include <utility>

namespace green {

stop_interrupt::stop_interrupt(core::green_thread& target)
    : runnable(&stop_interrupt::arrive),
      home_(&target.home()),
      hub_(target.home().life()),
      target_(&target) {
  passes = target.shields();
}

void stop_interrupt::request() noexcept {
  if (core::scheduler::here() == home_) {
    requested_before_ = !begun_;
    if (begun_) target_->interrupt_with(*this);
    return;
  }
  const std::lock_guard guard(hub_->lock);
  if (hub_->of == nullptr) return;
  ref();
  hub_->of->post(*this);
}

void stop_interrupt::begin() noexcept {
  begun_ = true;
  if (!requested_before_) return;
  ref();
  target_->home().schedule(*this);
}

// A guard that goes waits until request has returned.
void stop_interrupt::forget() noexcept {
  if (list_hook::linked()) list_hook::unlink();
  target_ = nullptr;
}

void stop_interrupt::arrive(core::runnable& r) {
  const auto me = core::counted_ptr<stop_interrupt>::adopt(
      &static_cast<stop_interrupt&>(r));
  if (me->target_ != nullptr) me->target_->interrupt_with(*me);
}

std::exception_ptr stop_interrupt::exception() noexcept {
  try {
    return std::make_exception_ptr(stopped());
  } catch (...) {
    return std::current_exception();
  }
}

stop_guard::stop_guard(std::stop_token token)
    : interrupt_(core::counted_ptr<stop_interrupt>::adopt(
          new stop_interrupt(*core::green_thread::running()))),
      callback_(std::in_place, std::move(token), on_stop{interrupt_.get()}) {
  interrupt_->begin();
}

stop_guard::~stop_guard() {
  callback_.reset();
  interrupt_->forget();
}

}  // namespace green
