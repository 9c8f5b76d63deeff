// SPDX-License-Identifier: MIT
#include "green/core/sleep.h"

namespace green::core {

bool sleep_wait::start() {
  if (until_.ns() == deadline::past) {
    end_wait(outcome::done);  // sleep(0): to the end of the ready queue
    return true;
  }
  thread_->home().timers().arm(alarm_, until_);
  return true;
}

void sleep_wait::cancel() noexcept {
  if (outcome_ != outcome::pending) return;
  thread_->home().timers().cancel(alarm_);
  end_wait(outcome::interrupted);
}

void sleep_wait::describe(std::string& out) const {
  if (!until_.finite()) {
    out += "sleep(forever)";
    return;
  }
  const std::int64_t left = until_.ns() - thread_->home().now();
  out += "sleep(" + std::to_string(left / 1'000'000) + " ms left)";
}

void sleep_wait::alarm::ring(timer& t) {
  static_cast<alarm&>(t).owner.end_wait(outcome::done);
}

void yield_wait::cancel() noexcept {
  if (outcome_ == outcome::interrupted) return;
  outcome_ = outcome::interrupted;  // it stands in the ready queue already
  claim();
}

}  // namespace green::core
