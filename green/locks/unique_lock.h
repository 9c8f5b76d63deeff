// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <utility>

#include "green/core/awaitable.h"
#include "green/locks/owner.h"

namespace green {

/// [thread.lock.unique]. The constructors that lock take plain lockables alone:
/// one that is awaited has to be awaited in the caller.
template <class Mutex>
class [[nodiscard("without a name, it ends at once")]] unique_lock
    : public lock_owner<Mutex, exclusively> {
  using base = lock_owner<Mutex, exclusively>;

 public:
  unique_lock() noexcept = default;
  /// Does not lock.
  [[nodiscard("without a name, it ends at once")]]
  unique_lock(Mutex& m, defer_lock_t how) noexcept
      : base(m, how) {}
  /// Locks if that needs no wait.
  [[nodiscard("without a name, it ends at once")]]
  unique_lock(Mutex& m, try_to_lock_t how)
      : base(m, how) {}
  /// Takes a mutex over that is locked.
  [[nodiscard("without a name, it ends at once")]]
  unique_lock(Mutex& m, adopt_lock_t how)
      : base(m, how) {}
  /// [thread.lock.unique]. Of a lock that is awaited, does not compile.
  template <class M = Mutex>
  [[nodiscard("without a name, it ends at once")]]
  explicit unique_lock(Mutex& m)
      : base(m, defer_lock) {
    static_assert(plain_lockable<M, exclusively>,
                  "a constructor cannot wait: write `auto lk = co_await "
                  "m.scoped_lock();`, or `green::unique_lock lk(m, "
                  "green::defer_lock); co_await lk.lock();`");
    if constexpr (plain_lockable<M, exclusively>) {
      exclusively::lock(m);
      this->set_owned(true);
    }
  }
  /// [thread.lock.unique]. The same holds.
  template <class Rep, class Period, class M = Mutex>
  [[nodiscard("without a name, it ends at once")]]
  unique_lock(Mutex& m, const std::chrono::duration<Rep, Period>& timeout)
      : base(m, defer_lock) {
    using locking = decltype(std::declval<M&>().try_lock_for(timeout));
    static_assert(!core::awaitable<locking>,
                  "a constructor cannot wait: write `green::unique_lock lk(m, "
                  "green::defer_lock); co_await lk.try_lock_for(timeout);`");
    if constexpr (!core::awaitable<locking>) {
      this->set_owned(m.try_lock_for(timeout));
    }
  }
  /// [thread.lock.unique]. The same holds.
  template <class Clock, class Duration, class M = Mutex>
  [[nodiscard("without a name, it ends at once")]]
  unique_lock(Mutex& m, const std::chrono::time_point<Clock, Duration>& time)
      : base(m, defer_lock) {
    using locking = decltype(std::declval<M&>().try_lock_until(time));
    static_assert(!core::awaitable<locking>,
                  "a constructor cannot wait: write `green::unique_lock lk(m, "
                  "green::defer_lock); co_await lk.try_lock_until(time);`");
    if constexpr (!core::awaitable<locking>) {
      this->set_owned(m.try_lock_until(time));
    }
  }
};

template <class Mutex, class... How>
unique_lock(Mutex&, How...) -> unique_lock<Mutex>;

/// [thread.lock.unique]
template <class Mutex>
void swap(unique_lock<Mutex>& a, unique_lock<Mutex>& b) noexcept {
  a.swap(b);
}

}  // namespace green
