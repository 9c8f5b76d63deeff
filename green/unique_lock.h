// SPDX-License-Identifier: MIT
#pragma once

#include "green/lock_owner.h"

namespace green {

/// [thread.lock.unique]. No constructor locks, as none can wait.
template <class Mutex>
class unique_lock : public lock_owner<Mutex, exclusively> {
 public:
  using lock_owner<Mutex, exclusively>::lock_owner;

  unique_lock() noexcept = default;
  template <class M>
  explicit unique_lock(M&) {
    static_assert(constructor_cannot_wait<M>,
                  "a constructor cannot wait: write `auto lk = co_await "
                  "m.scoped_lock();`, or `green::unique_lock lk(m, "
                  "green::defer_lock); co_await lk.lock();`");
  }
};

template <class Mutex>
unique_lock(Mutex&, defer_lock_t) -> unique_lock<Mutex>;
template <class Mutex>
unique_lock(Mutex&, try_to_lock_t) -> unique_lock<Mutex>;
template <class Mutex>
unique_lock(Mutex&, adopt_lock_t) -> unique_lock<Mutex>;
template <class Mutex>
unique_lock(Mutex&) -> unique_lock<Mutex>;

template <class Mutex>
void swap(unique_lock<Mutex>& a, unique_lock<Mutex>& b) noexcept {
  a.swap(b);
}

}  // namespace green
