// SPDX-License-Identifier: MIT
#include "green/core/signal_scope.h"

#include <atomic>

namespace green::core {

// A signal that comes while the main green thread computes is none of a wait's.
// The handler may have interrupted the hub just before its sleep, so that the
// message wakes the hub as another thread's does.
void scheduler::signal_came(bool restarts) noexcept {
  if (main_ == nullptr) return;
  if (main_->waiting() == nullptr && signal_scope_ == nullptr) return;
  if (!restarts) signal_post_.restarts.store(false);
  if (signal_post_.under_way.exchange(true)) return;
  inbox_.push(signal_post_);
  if (asleep_.exchange(0) != 0) wake();
}

bool scheduler::expects_signal() const noexcept {
  return signal_scope_ != nullptr && signal_scope_->how() != by_signal::never &&
         signal_handlers_in_use.load(std::memory_order_relaxed);
}

void scheduler::signal_message::deliver(runnable& r) {
  signal_message& message = static_cast<signal_message&>(r);
  message.under_way.store(false);
  const bool restarts = message.restarts.exchange(true);
  green_thread* const main = message.hub.main_;
  if (main != nullptr) main->signal_came(restarts);
}

void green_thread::signal_came(bool restarts) noexcept {
  signal_scope* const call = home_->signal_scope_;
  by_signal how = by_signal::never;
  if (call != nullptr) {
    how = call->how();
  } else if (waiting_ != nullptr) {
    how = waiting_->ends_by_signal();
  }
  if (how == by_signal::never) return;
  if (restarts && how == by_signal::unless_restarted) return;
  if (call != nullptr) call->note();
  if (waiting_ != nullptr) waiting_->end_by_signal();
}

}  // namespace green::core
