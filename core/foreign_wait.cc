// SPDX-License-Identifier: MIT
#include "green/core/foreign_wait.h"

#include "green/core/green_thread.h"

namespace green::core {

// If the await has to look at interrupts or at the clock, it asks when it has
// done so.
bool foreign_wait_base::await_ready() {
  if (scheduler::here()->current()->must_look()) return false;
  asked_ = true;
  const bool ready = is_ready();
  if (ready) outcome_ = outcome::done;
  return ready;
}

bool foreign_wait_base::start() {
  if (!asked_ && is_ready()) {
    outcome_ = outcome::done;
    return false;
  }
  resumption_ = &resumption::take(*thread_);
  bool suspended = false;
  try {
    suspended = begin(resumption_->handle());
  } catch (...) {
    std::exchange(resumption_, nullptr)->withdraw();
    outcome_ = outcome::done;
    throw;
  }
  if (!suspended) {
    std::exchange(resumption_, nullptr)->withdraw();
    outcome_ = outcome::done;
  } else if (thread_->interrupted()) {
    cancel();  // await_suspend has killed its own green thread
  }
  return suspended;
}

void foreign_wait_base::cancel() noexcept {
  if (source_ == nullptr) return;
  stopped_ = true;
  source_->request_stop();
}

bool foreign_wait_base::abandon() noexcept {
  if (!resumption_->forsake()) return true;
  resumption_ = nullptr;
  return false;
}

void foreign_wait_base::vanish() noexcept {
  if (resumption_ != nullptr) resumption_->vanish();
}

void foreign_wait_base::finish() {
  check_interrupt();
  outcome_ = outcome::done;
  if (resumption_ == nullptr) return;
  if (std::exchange(resumption_, nullptr)->give_back()) return;
  throw std::system_error(
      std::make_error_code(std::errc::operation_canceled),
      type().name() + " destroyed the coroutine that awaits it");
}

// asio's category has errno's numbers, but does not say so of this one.
void foreign_wait_base::answer_stop(const std::error_code& error) {
  const bool canceled =
      error == std::errc::operation_canceled ||
      error.value() == static_cast<int>(std::errc::operation_canceled);
  if (!canceled || !stopped_ || !thread_->interrupted()) return;
  thread_->claim_interrupt();
  thread_->raise_interrupt();
}

void foreign_wait_base::describe(std::string& out) const {
  out += "a foreign await of " + type().name();
}

}  // namespace green::core
