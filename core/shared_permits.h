// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "green/core/lock_holder.h"
#include "green/core/queue_wait.h"

namespace green::core {

/// One exclusive permit, or any number of shared ones. They are given in the
/// order of asking, so that neither kind starves the other.
class shared_permits {
 public:
  enum class use : bool { shared, exclusive };

  /// A place in the queue, with the kind of permit that it waits for.
  class taker : public fast_queue_wait<taker> {
   public:
    taker(shared_permits& from, use kind, deadline until = deadline::never())
        : fast_queue_wait(from.queue_, until), permits_(&from), kind_(kind) {}
    ~taker() = default;

    bool at_once(green_thread&) noexcept { return permits_->try_take(kind_); }
    std::uint64_t waits_for() const noexcept final;
    void give_back() noexcept { permits_->give(kind_); }

   protected:
    bool try_now() final { return permits_->try_take_locked(kind_); }
    void queued() final;
    void left(list<waiter>& freed) noexcept final {
      permits_->hand_over(freed);
    }

    shared_permits* permits_;

   private:
    friend class shared_permits;
    use kind_;
  };

  /// Takes a permit for the caller.
  bool try_take(use kind) noexcept {
    queue_.lock();
    const bool taken = try_take_locked(kind);
    queue_.unlock();
    return taken;
  }

  /// Gives a permit back. Its next taker may destroy this object.
  void give(use kind) noexcept;

  /// The holder of the exclusive permit.
  const lock_holder& holder() const noexcept { return holder_; }

 private:
  bool try_take_locked(use kind) noexcept;
  [[noreturn]] void never_taken(const char* how) const;
  void hand_over(list<waiter>& served) noexcept;

  wait_queue queue_;
  std::size_t readers_ = 0;
  bool writer_ = false;
  lock_holder holder_;  // the writer
};

}  // namespace green::core
