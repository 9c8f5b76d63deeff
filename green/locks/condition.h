// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>

#include "green/core/awaitable.h"
#include "green/core/callable.h"
#include "green/core/queue_wait.h"
#include "green/core/shield.h"
#include "green/task.h"

namespace green {

/// Where a condition variable keeps those who wait: in itself.
class queue_inside {
 public:
  core::wait_queue& operator*() noexcept { return queue_; }

 private:
  core::wait_queue queue_;
};

/// Or beside it: the callback of a stop may come when all who waited have been
/// notified, and the condition variable is gone.
class queue_beside {
 public:
  core::wait_queue& operator*() noexcept { return *queue_; }
  std::shared_ptr<core::wait_queue> share() const noexcept { return queue_; }

 private:
  std::shared_ptr<core::wait_queue> queue_ =
      std::make_shared<core::wait_queue>();
};

/// The part of every condition variable that does not depend on its queue.
class condition_base {
 protected:
  condition_base() = default;
  ~condition_base() = default;

  /// In the queue first, then unlocked: a notification between is not lost.
  class notify_wait final : public core::queue_wait {
   public:
    template <class Lock>
    notify_wait(core::wait_queue& queue, Lock& lock, core::deadline until,
                const std::stop_token* stop) noexcept
        : queue_wait(queue, until),
          lock_(std::addressof(lock)),
          unlock_([](void* held) { static_cast<Lock*>(held)->unlock(); }),
          stop_(stop) {}
    bool await_resume() { return finish_wait(); }
    void describe(std::string& out) const override {
      condition_base::describe(out, &queue());
    }
    bool unlocked() const noexcept { return unlocked_; }

   private:
    bool try_now() override {
      return stop_ != nullptr && stop_->stop_requested();
    }
    void queued() override {
      unlocked_ = true;
      unlock_(lock_);
    }

    void* lock_;
    void (*unlock_)(void*);
    const std::stop_token* stop_;
    bool unlocked_ = false;
  };

  /// False when the deadline passed. The lock is held again, whatever ended
  /// the wait: its taking is not interrupted.
  template <class R, class Lock>
  static task<R> wait_once(core::wait_queue& queue, Lock& lock,
                           core::deadline until, const std::stop_token* stop) {
    if constexpr (requires { lock.owns_lock(); }) {
      if (!lock.owns_lock()) fail_unlocked();
    }
    std::exception_ptr interrupted;
    bool notified = true;
    notify_wait wait(queue, lock, until, stop);
    try {
      notified = co_await wait;
    } catch (...) {
      interrupted = std::current_exception();
    }
    if (wait.unlocked()) {
      const core::shield uninterrupted;
      try {
        if constexpr (core::awaitable<decltype(lock.lock())>) {
          static_cast<void>(co_await lock.lock());
        } else {
          lock.lock();
        }
      } catch (...) {
        std::terminate();  // whoever waited relies on holding it
      }
    }
    if (interrupted != nullptr) std::rethrow_exception(interrupted);
    if constexpr (!std::is_void_v<R>) co_return notified;
  }

 private:
  [[noreturn]] static void fail_unlocked();
  static void describe(std::string& out, const void* queue);
};

/// What both condition variables share.
template <class Queue>
class condition : private condition_base {
 public:
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;

  /// [thread.condition.condvar] From any thread. Wakes who has waited longest.
  void notify_one() noexcept { (*queue_).notify_one(); }
  /// [thread.condition.condvar]. From any thread.
  void notify_all() noexcept { (*queue_).notify_all(); }

 protected:
  condition() = default;
  ~condition() {
    (*queue_).unused("a condition variable was destroyed with waiters");
  }

  template <class Lock>
  task<> wait_plain(Lock& lock) {
    return wait_once<void>(*queue_, lock, core::deadline::never(), nullptr);
  }

  template <class Lock, class Predicate>
  task<> wait_ready(Lock& lock, Predicate ready) {
    for (;;) {
      const bool holds = static_cast<bool>(co_await ask(ready));
      if (holds) co_return;
      co_await wait_once<void>(*queue_, lock, core::deadline::never(), nullptr);
    }
  }

  template <class Lock>
  task<std::cv_status> wait_timed(Lock& lock, core::deadline until) {
    const bool notified =
        co_await wait_once<bool>(*queue_, lock, until, nullptr);
    co_return notified ? std::cv_status::no_timeout : std::cv_status::timeout;
  }

  template <class Lock, class Predicate>
  task<bool> wait_ready_timed(Lock& lock, core::deadline until,
                              Predicate ready) {
    for (bool notified = true;;) {
      const bool holds = static_cast<bool>(co_await ask(ready));
      if (holds || !notified) co_return holds;
      notified = co_await wait_once<bool>(*queue_, lock, until, nullptr);
    }
  }

  template <class Lock, class Predicate>
  task<bool> wait_stoppable(Lock& lock, std::stop_token stop,
                            core::deadline until, Predicate ready) {
    const std::stop_callback waker(
        stop, [queue = queue_.share()] { queue->notify_all(); });
    while (!stop.stop_requested()) {
      const bool holds = static_cast<bool>(co_await ask(ready));
      if (holds) co_return true;
      if (!co_await wait_once<bool>(*queue_, lock, until, &stop)) break;
    }
    co_return static_cast<bool>(co_await ask(ready));
  }

 private:
  /// Asks a predicate, which may give an awaitable.
  template <class Predicate>
  static auto ask(Predicate& ready) {
    if constexpr (core::direct_call<Predicate&>::possible) {
      return core::ask(ready);
    } else {
      core::direct_call<Predicate&>::refuse();
      return core::had<bool>{true};
    }
  }

  Queue queue_;
};

}  // namespace green
