// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "green/core/awaitable.h"
#include "green/locks/mutex_base.h"
#include "green/locks/unique_lock.h"
#include "green/task.h"

namespace green {

/// m.scoped_lock(): locks, and gives the unique_lock.
template <class Mutex>
class [[nodiscard("co_await it")]] scoped_lock_wait final
    : public lock_wait_base {
 public:
  explicit scoped_lock_wait(Mutex& m) noexcept
      : lock_wait_base(m), locked_(&m) {}

  unique_lock<Mutex> await_resume() {
    finish_wait();
    return unique_lock<Mutex>(*locked_, adopt_lock);
  }
  /// when_any: it lost.
  void give_back(unique_lock<Mutex>& locked) { locked.unlock(); }

 private:
  Mutex* locked_;
};

/// One lockable of any type, for algorithms over several.
class any_lockable {
 public:
  template <class Mutex>
  explicit any_lockable(Mutex& m) noexcept
      : mutex_(std::addressof(m)),
        lock_([](void* p) { return lock_one(*static_cast<Mutex*>(p)); }),
        try_lock_([](void* p) { return static_cast<Mutex*>(p)->try_lock(); }),
        unlock_([](void* p) { static_cast<Mutex*>(p)->unlock(); }) {}

  task<> lock() const { return lock_(mutex_); }
  bool try_lock() const { return try_lock_(mutex_); }
  void unlock() const { unlock_(mutex_); }

 private:
  template <class Mutex>
  static task<> lock_one(Mutex& m) {
    if constexpr (core::awaitable<decltype(m.lock())>) {
      static_cast<void>(co_await m.lock());
    } else {
      m.lock();
      co_return;
    }
  }

  void* mutex_;
  task<> (*lock_)(void*);
  bool (*try_lock_)(void*);
  void (*unlock_)(void*);
};

/// Waits for the one at `first` and tries the others; gives the place of one
/// that was taken, with all unlocked again, or `count` when all are locked.
task<std::size_t> lock_from(const any_lockable* all, std::size_t count,
                            std::size_t first);

/// [thread.lock.algorithm]. Tries all in order. -1, or the place of the first
/// that could not be locked; then, and after an exception, none is locked.
int try_lock_all(const any_lockable* all, std::size_t count);

template <class... Mutexes>
int try_lock_all(Mutexes&... mutexes) {
  const std::array<any_lockable, sizeof...(Mutexes)> all{
      any_lockable(mutexes)...};
  return try_lock_all(all.data(), all.size());
}

/// Waits for a few turns, more after each failure. A mutex is handed over to
/// who waits for it, so that those who wait for each other's would find them
/// taken for ever, if none of them stood aside.
task<> back_off(unsigned failures);

template <class... Mutexes>
task<std::size_t> lock_from(std::size_t first, Mutexes&... mutexes) {
  const std::array<any_lockable, sizeof...(Mutexes)> all{
      any_lockable(mutexes)...};
  co_return co_await lock_from(all.data(), all.size(), first);
}

}  // namespace green
