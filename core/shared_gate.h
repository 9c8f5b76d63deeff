// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "green/core/queue_wait.h"

namespace green::core {

/// One inside alone, or many together; in the order of their coming, so that
/// neither kind starves the other.
class shared_gate {
 public:
  enum class use : bool { shared, exclusive };

  /// A place in the queue says how it wants to enter.
  class entrant : public fast_queue_wait<entrant> {
   public:
    entrant(shared_gate& gate, use kind, deadline until = deadline::never())
        : fast_queue_wait(gate.queue_, until), gate_(&gate), kind_(kind) {}
    ~entrant() = default;

    bool at_once(green_thread&) noexcept { return gate_->try_enter(kind_); }

   protected:
    bool satisfied() final { return gate_->may_enter(kind_); }
    void left(list<waiter>& freed) noexcept final { gate_->admit(freed); }

    shared_gate* gate_;

   private:
    friend class shared_gate;
    use kind_;
  };

  bool try_enter(use kind) noexcept {
    queue_.lock();
    const bool entered = may_enter(kind);
    queue_.unlock();
    return entered;
  }

  /// The gate may be destroyed by who enters next.
  void leave(use kind) noexcept;

 private:
  bool may_enter(use kind) noexcept;
  void admit(list<waiter>& admitted) noexcept;

  wait_queue queue_;
  std::size_t readers_ = 0;
  bool writer_ = false;
};

}  // namespace green::core
