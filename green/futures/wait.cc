// SPDX-License-Identifier: MIT
#include "green/futures/wait.h"

#include <fmt/format.h>

#include <iterator>

namespace green {

void future_wait_base::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "future {}", fmt::ptr(state_));
}

bool future_wait_base::starts_deferred() {
  using status = future_state_base::status;
  if (!state_->advance(status::deferred, status::claimed)) return false;
  deferred_ = state_->deferred_call();
  return true;
}

void future_timed_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "future {}", fmt::ptr(state_));
}

bool future_timed_wait::try_now() {
  deferred_ = state_->deferred();
  return deferred_ || state_->ready();
}

std::future_status future_timed_wait::await_resume() {
  if (!finish_wait()) return std::future_status::timeout;
  return deferred_ ? std::future_status::deferred : std::future_status::ready;
}

}  // namespace green
