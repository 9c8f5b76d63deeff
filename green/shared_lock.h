// SPDX-License-Identifier: MIT
#pragma once

#include "green/lock_owner.h"

namespace green {

/// [thread.lock.shared]. No constructor locks, as none can wait.
template <class Mutex>
class shared_lock : public lock_owner<Mutex, sharing> {
 public:
  using lock_owner<Mutex, sharing>::lock_owner;

  shared_lock() noexcept = default;
  template <class M>
  explicit shared_lock(M&) {
    static_assert(constructor_cannot_wait<M>,
                  "a constructor cannot wait: write `auto lk = co_await "
                  "m.scoped_lock_shared();`, or `green::shared_lock lk(m, "
                  "green::defer_lock); co_await lk.lock();`");
  }
};

template <class Mutex>
shared_lock(Mutex&, defer_lock_t) -> shared_lock<Mutex>;
template <class Mutex>
shared_lock(Mutex&, try_to_lock_t) -> shared_lock<Mutex>;
template <class Mutex>
shared_lock(Mutex&, adopt_lock_t) -> shared_lock<Mutex>;
template <class Mutex>
shared_lock(Mutex&) -> shared_lock<Mutex>;

template <class Mutex>
void swap(shared_lock<Mutex>& a, shared_lock<Mutex>& b) noexcept {
  a.swap(b);
}

}  // namespace green
