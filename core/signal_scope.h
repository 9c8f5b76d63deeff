// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"
#include "green/core/signals.h"

namespace green::core {

/// A call of several steps that the handler of a signal ends, with EINTR, or
/// that goes on whatever happens. It counts on the main green thread alone,
/// because a signal ends no wait of another one. Scopes nest, and the innermost
/// decides.
class signal_scope {
 public:
  explicit signal_scope(by_signal how) noexcept : how_(how) {
    scheduler& here = *scheduler::here();
    if (here.current() != here.main_) return;
    hub_ = &here;
    outer_ = here.signal_scope_;
    here.signal_scope_ = this;
  }
  signal_scope(const signal_scope&) = delete;
  signal_scope& operator=(const signal_scope&) = delete;
  ~signal_scope() {
    if (hub_ != nullptr) hub_->signal_scope_ = outer_;
  }

  by_signal how() const noexcept { return how_; }
  /// A handler that ends the call has run.
  void note() noexcept { came_ = true; }
  bool ended() const noexcept { return came_; }

  /// Has a handler ended the call of which this is a step?
  static bool current_ended() noexcept {
    const scheduler& here = *scheduler::here();
    const signal_scope* const call = here.signal_scope_;
    return call != nullptr && here.current() == here.main_ && call->ended();
  }

 private:
  const by_signal how_;
  bool came_ = false;
  scheduler* hub_ = nullptr;
  signal_scope* outer_ = nullptr;
};

}  // namespace green::core
