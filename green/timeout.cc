// SPDX-License-Identifier: MIT
#include "green/timeout.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "green/hub/this_hub.h"

namespace green {

namespace {

[[noreturn]] void throw_outside() {
  throw std::logic_error(
      "green::timeout: no green thread runs here: make it in a function that "
      "green::run or spawn runs");
}

}  // namespace

timeout::timeout(in nanoseconds)
    : timer(&timeout::ring, hub::this_hub().current()),
      thread_(hub::this_hub().current()),
      length_(nanoseconds.length) {
  if (thread_ == nullptr) throw_outside();
  passes = thread_->shields();
  thread_->home().timers().arm_in(*this, length_);
  if (armed()) thread_->add_timeout();
}

timeout::timeout(core::deadline expires, std::exception_ptr error)
    : timer(&timeout::ring, hub::this_hub().current()),
      thread_(hub::this_hub().current()),
      error_(std::move(error)),
      length_(0) {
  if (thread_ == nullptr) throw_outside();
  passes = thread_->shields();
  if (expires.finite()) {
    // A deadline that has passed already is a point long ago.
    length_ = std::max<std::int64_t>(0, expires.ns() - thread_->home().now());
  }
  thread_->home().timers().arm(*this, expires);
  if (armed()) thread_->add_timeout();
}

void timeout::cancel() noexcept {
  if (armed()) thread_->remove_timeout();
  thread_->home().timers().cancel(*this);
  if (linked()) unlink();
}

void timeout::ring(core::timer& t) {
  timeout& self = static_cast<timeout&>(t);
  self.expired_ = true;
  self.thread_->remove_timeout();
  self.thread_->interrupt_with(self);
}

std::exception_ptr timeout::exception() noexcept {
  if (error_ != nullptr) return error_;
  const std::int64_t ms = (length_ + 500'000) / 1'000'000;
  try {
    return std::make_exception_ptr(
        timed_out(*this, fmt::format("timed out after {} ms", ms)));
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace green
