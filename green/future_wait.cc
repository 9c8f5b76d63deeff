// SPDX-License-Identifier: MIT
#include "green/future_wait.h"

#include "green/core/wait_graph.h"

namespace green {

void future_wait_base::describe(std::string& out) const {
  out += "future " + core::address_of(state_);
}

bool future_wait_base::starts_deferred() {
  using status = future_state_base::status;
  if (!state_->advance(status::deferred, status::claimed)) return false;
  deferred_ = state_->deferred_call();
  return true;
}

void future_timed_wait::describe(std::string& out) const {
  out += "future " + core::address_of(state_);
}

bool future_timed_wait::satisfied() {
  deferred_ = state_->deferred();
  return deferred_ || state_->ready();
}

std::future_status future_timed_wait::await_resume() {
  if (!finish_wait()) return std::future_status::timeout;
  return deferred_ ? std::future_status::deferred : std::future_status::ready;
}

}  // namespace green
