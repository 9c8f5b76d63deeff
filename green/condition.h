// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <stop_token>

#include "green/core/queue_wait.h"
#include "green/task.h"

namespace green {

/// What both condition variables share.
class condition {
 public:
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;

  /// [thread.condition.condvar] From any thread. Wakes who has waited longest.
  void notify_one() noexcept { queue_.notify_one(); }
  void notify_all() noexcept { queue_.notify_all(); }

 protected:
  condition() = default;
  ~condition();

  template <class Lock>
  task<> wait_plain(Lock& lock) {
    co_await wait_once(lock, core::deadline::never(), nullptr);
  }

  template <class Lock, class Predicate>
  task<> wait_ready(Lock& lock, Predicate ready) {
    while (!ready()) {
      co_await wait_once(lock, core::deadline::never(), nullptr);
    }
  }

  template <class Lock>
  task<std::cv_status> wait_timed(Lock& lock, core::deadline until) {
    const bool notified = co_await wait_once(lock, until, nullptr);
    co_return notified ? std::cv_status::no_timeout : std::cv_status::timeout;
  }

  template <class Lock, class Predicate>
  task<bool> wait_ready_timed(Lock& lock, core::deadline until,
                              Predicate ready) {
    while (!ready()) {
      const bool notified = co_await wait_once(lock, until, nullptr);
      if (!notified) co_return ready();
    }
    co_return true;
  }

  template <class Lock, class Predicate>
  task<bool> wait_stoppable(Lock& lock, std::stop_token stop,
                            core::deadline until, Predicate ready) {
    const std::stop_callback waker(stop, [this] { notify_all(); });
    while (!stop.stop_requested()) {
      if (ready()) co_return true;
      if (!co_await wait_once(lock, until, &stop)) break;
    }
    co_return ready();
  }

 private:
  /// In the queue first, then unlocked: a notification between is not lost.
  template <class Lock>
  class notify_wait final : public core::queue_wait {
   public:
    notify_wait(condition& c, Lock& lock, core::deadline until,
                const std::stop_token* stop)
        : queue_wait(c.queue_, until), lock_(&lock), stop_(stop) {}
    bool await_resume() { return finish_wait(); }
    void describe(std::string& out) const override {
      condition::describe(out, &queue());
    }
    bool unlocked() const noexcept { return unlocked_; }

   private:
    bool satisfied() override {
      return stop_ != nullptr && stop_->stop_requested();
    }
    void queued() override {
      unlocked_ = true;
      lock_->unlock();
    }

    Lock* lock_;
    const std::stop_token* stop_;
    bool unlocked_ = false;
  };

  /// False when the deadline passed. The lock is held again, whatever ended
  /// the wait: its taking is not interrupted.
  template <class Lock>
  task<bool> wait_once(Lock& lock, core::deadline until,
                       const std::stop_token* stop) {
    if constexpr (requires { lock.owns_lock(); }) {
      if (!lock.owns_lock()) fail_unlocked();
    }
    std::exception_ptr interrupted;
    bool notified = true;
    notify_wait<Lock> wait(*this, lock, until, stop);
    try {
      notified = co_await wait;
    } catch (...) {
      interrupted = std::current_exception();
    }
    if (wait.unlocked()) {
      const core::shield uninterrupted;
      co_await lock.lock();
    }
    if (interrupted != nullptr) std::rethrow_exception(interrupted);
    co_return notified;
  }

  [[noreturn]] static void fail_unlocked();
  static void describe(std::string& out, const void* queue);

  core::wait_queue queue_;
};

}  // namespace green
