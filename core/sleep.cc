// SPDX-License-Identifier: MIT
#include "green/core/sleep.h"

#include <cstdint>

namespace green::core {

bool sleep_wait::start() {
  if (alarm_.until_.ns() == deadline::past) {
    end_wait(outcome::done);  // sleep(0): to the end of the ready queue
    return true;
  }
  thread_->home().timers().arm(alarm_);
  return true;
}

void sleep_wait::end_early(outcome how) noexcept {
  if (outcome_ != outcome::pending) return;
  thread_->home().timers().cancel(alarm_);
  end_wait(how);
}

void sleep_wait::describe(std::string& out) const {
  if (!alarm_.until_.finite()) {
    out += "sleep(forever)";
    return;
  }
  scheduler& hub = thread_->home();
  const std::int64_t left =
      alarm_.armed() ? hub.timers().when(alarm_) - hub.now() : 0;
  out += "sleep(" + std::to_string(left / 1'000'000) + " ms left)";
}

}  // namespace green::core
