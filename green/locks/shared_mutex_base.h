// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "green/core/shared_permits.h"
#include "green/locks/shared_lock.h"
#include "green/locks/unique_lock.h"

namespace green {

/// What the two shared mutexes share.
class shared_mutex_base {
 public:
  using use = core::shared_permits::use;

  shared_mutex_base(const shared_mutex_base&) = delete;
  shared_mutex_base& operator=(const shared_mutex_base&) = delete;

  /// [thread.sharedmutex.requirements] Never waits; from any thread. Fails
  /// when somebody waits.
  bool try_lock() noexcept { return permits_.try_take(use::exclusive); }
  bool try_lock_shared() noexcept { return permits_.try_take(use::shared); }
  /// [thread.sharedmutex.requirements] From any thread.
  void unlock() noexcept { permits_.give(use::exclusive); }
  void unlock_shared() noexcept { permits_.give(use::shared); }

 protected:
  shared_mutex_base() = default;
  ~shared_mutex_base() = default;

 private:
  friend class enter_wait_base;

  core::shared_permits permits_;
};

class enter_wait_base : public core::shared_permits::taker {
 public:
  using use = core::shared_permits::use;

  enter_wait_base(shared_mutex_base& m, use kind,
                  core::deadline until = core::deadline::never())
      : taker(m.permits_, kind, until) {}

  void describe(std::string& out) const final;

 protected:
  ~enter_wait_base() = default;
};

/// lock and lock_shared: R is void, or bool with a deadline.
template <class R>
using enter_wait = core::timed<enter_wait_base, R>;

/// scoped_lock and scoped_lock_shared: gives a Lock that owns the mutex.
template <class Lock>
class [[nodiscard("co_await it")]] scoped_enter_wait final
    : public enter_wait_base {
 public:
  using mutex_type = typename Lock::mutex_type;

  scoped_enter_wait(mutex_type& m, use kind)
      : enter_wait_base(m, kind), locked_(&m) {}

  Lock await_resume() {
    finish_wait();
    return Lock(*locked_, adopt_lock);
  }
  /// when_any: it lost.
  void give_back(Lock& locked) { locked.unlock(); }

 private:
  mutex_type* locked_;
};

}  // namespace green
