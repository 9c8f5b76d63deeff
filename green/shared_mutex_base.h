// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "green/core/shared_gate.h"
#include "green/shared_lock.h"
#include "green/unique_lock.h"

namespace green {

/// What the two shared mutexes share.
class shared_mutex_base {
 public:
  using use = core::shared_gate::use;

  shared_mutex_base(const shared_mutex_base&) = delete;
  shared_mutex_base& operator=(const shared_mutex_base&) = delete;

  /// [thread.sharedmutex.requirements] Never waits; from any thread. Fails
  /// when somebody waits.
  bool try_lock() noexcept { return gate_.try_enter(use::exclusive); }
  bool try_lock_shared() noexcept { return gate_.try_enter(use::shared); }
  /// [thread.sharedmutex.requirements] From any thread.
  void unlock() noexcept { gate_.leave(use::exclusive); }
  void unlock_shared() noexcept { gate_.leave(use::shared); }

 protected:
  shared_mutex_base() = default;
  ~shared_mutex_base() = default;

 private:
  friend class enter_wait_base;

  core::shared_gate gate_;
};

class enter_wait_base : public core::shared_gate::entrant {
 public:
  void describe(std::string& out) const final;

 protected:
  using use = core::shared_gate::use;

  enter_wait_base(shared_mutex_base& m, use kind,
                  core::deadline until = core::deadline::never())
      : entrant(m.gate_, kind, until) {}
  ~enter_wait_base() = default;
};

/// lock and lock_shared: R is void, or bool with a deadline.
template <class R>
class [[nodiscard]] enter_wait final : public enter_wait_base {
 public:
  enter_wait(shared_mutex_base& m, use kind) : enter_wait_base(m, kind) {}
  enter_wait(shared_mutex_base& m, use kind, core::deadline until)
      : enter_wait_base(m, kind, until) {}

  R await_resume() {
    const bool entered = finish_wait();
    if constexpr (!std::is_void_v<R>) return entered;
  }
};

/// scoped_lock and scoped_lock_shared: gives a Lock that owns the mutex.
template <class Lock>
class [[nodiscard]] scoped_enter_wait final : public enter_wait_base {
 public:
  using mutex_type = typename Lock::mutex_type;

  scoped_enter_wait(mutex_type& m, use kind)
      : enter_wait_base(m, kind), locked_(&m) {}

  Lock await_resume() {
    finish_wait();
    return Lock(*locked_, adopt_lock);
  }

 private:
  mutex_type* locked_;
};

}  // namespace green
