// SPDX-License-Identifier: MIT
//
// A counting semaphore on core's wait queue, for tests that need something to
// wait for and must see that no notification is lost:
//
//   tests::permits p;             // none yet
//   co_await p.acquire();         // true; throws when killed
//   co_await p.acquire(1s);       // false when the deadline passed
//   co_await p.acquire(never, tests::permits::wait::mode::kept);
//   p.release();                  // from any thread
//   p.left();                     // permits that nobody took
#pragma once

#include <mutex>
#include <string>

#include "green/core/deadline.h"
#include "green/core/queue_wait.h"
#include "green/core/wait_queue.h"

namespace tests {

inline const green::core::deadline never = green::core::deadline::never();

class permits {
 public:
  explicit permits(int count = 0) noexcept : count_(count) {}

  class [[nodiscard]] wait final : public green::core::queue_wait {
   public:
    using mode = interrupts;

    wait(permits& from, green::core::deadline until, mode how) noexcept
        : queue_wait(from.queue_, until, how), from_(&from) {}

    /// True with a permit; false without, when the deadline passed or an
    /// interrupt that is kept has come.
    bool await_resume() { return finish_wait(); }
    void describe(std::string& out) const override { out += "permit"; }

   private:
    bool try_now() override {
      if (from_->count_ == 0) return false;
      --from_->count_;
      return true;
    }

    permits* from_;
  };

  wait acquire(green::core::deadline until = never,
               wait::mode how = wait::mode::thrown) noexcept {
    return {*this, until, how};
  }

  void release() noexcept {
    queue_.lock();
    green::core::waiter* const first = queue_.pop();
    if (first == nullptr) ++count_;
    queue_.unlock();
    if (first != nullptr) first->wake_(*first);
  }

  /// Wakes all who wait; each has a permit then.
  void release_all() noexcept { queue_.notify_all(); }

  int left() noexcept {
    const std::lock_guard guard(queue_);
    return count_;
  }

  bool somebody_waits() noexcept {
    const std::lock_guard guard(queue_);
    return !queue_.empty();
  }

 private:
  green::core::wait_queue queue_;
  int count_;
};

}  // namespace tests
