// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "green/core/awaitable.h"
#include "green/task.h"

namespace green {

using std::adopt_lock;
using std::adopt_lock_t;
using std::defer_lock;
using std::defer_lock_t;
using std::try_to_lock;
using std::try_to_lock_t;

/// How a unique_lock locks. What waits for a time does so where the mutex is
/// called: what its parameters refer to lives as long.
struct exclusively {
  static auto lock(auto& m) -> decltype(m.lock()) { return m.lock(); }
  static bool try_lock(auto& m) { return m.try_lock(); }
  static void unlock(auto& m) { m.unlock(); }

  static task<bool> try_lock_for(auto& owner, auto timeout) {
    auto& m = owner.lockable();
    if constexpr (core::awaitable<decltype(m.try_lock_for(timeout))>) {
      owner.set_owned(co_await m.try_lock_for(timeout));
    } else {
      owner.set_owned(m.try_lock_for(timeout));
    }
    co_return owner.owns_lock();
  }
  static task<bool> try_lock_until(auto& owner, auto time) {
    auto& m = owner.lockable();
    if constexpr (core::awaitable<decltype(m.try_lock_until(time))>) {
      owner.set_owned(co_await m.try_lock_until(time));
    } else {
      owner.set_owned(m.try_lock_until(time));
    }
    co_return owner.owns_lock();
  }
};

/// How a shared_lock locks.
struct sharing {
  static auto lock(auto& m) -> decltype(m.lock_shared()) {
    return m.lock_shared();
  }
  static bool try_lock(auto& m) { return m.try_lock_shared(); }
  static void unlock(auto& m) { m.unlock_shared(); }

  static task<bool> try_lock_for(auto& owner, auto timeout) {
    auto& m = owner.lockable();
    if constexpr (core::awaitable<decltype(m.try_lock_shared_for(timeout))>) {
      owner.set_owned(co_await m.try_lock_shared_for(timeout));
    } else {
      owner.set_owned(m.try_lock_shared_for(timeout));
    }
    co_return owner.owns_lock();
  }
  static task<bool> try_lock_until(auto& owner, auto time) {
    auto& m = owner.lockable();
    if constexpr (core::awaitable<decltype(m.try_lock_shared_until(time))>) {
      owner.set_owned(co_await m.try_lock_shared_until(time));
    } else {
      owner.set_owned(m.try_lock_shared_until(time));
    }
    co_return owner.owns_lock();
  }
};

/// A lock that is taken by a call, and not awaited.
template <class Mutex, class How>
concept plain_lockable = requires(Mutex& m) {
  How::lock(m);
} && !core::awaitable<decltype(How::lock(std::declval<Mutex&>()))>;

/// What unique_lock and shared_lock have in common; How says which calls of
/// the mutex they make.
template <class Mutex, class How>
class lock_owner {
 public:
  using mutex_type = Mutex;

  lock_owner() noexcept = default;
  /// Does not lock.
  lock_owner(Mutex& m, defer_lock_t) noexcept : mutex_(std::addressof(m)) {}
  /// Locks if that needs no wait.
  lock_owner(Mutex& m, try_to_lock_t)
      : mutex_(std::addressof(m)), owns_(How::try_lock(m)) {}
  /// Takes a mutex over that is locked.
  lock_owner(Mutex& m, adopt_lock_t) : mutex_(std::addressof(m)), owns_(true) {}
  /// Takes over the mutex of the other one.
  lock_owner(lock_owner&& other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)),
        owns_(std::exchange(other.owns_, false)) {}
  /// Unlocks its own mutex, and takes over that of the other one.
  lock_owner& operator=(lock_owner&& other) noexcept {
    lock_owner(std::move(other)).swap(*this);
    return *this;
  }
  ~lock_owner() {
    if (owns_) How::unlock(*mutex_);
  }

  /// [thread.lock.unique.locking], [thread.lock.shared.locking]
  task<> lock() {
    Mutex& m = lockable();
    if constexpr (plain_lockable<Mutex, How>) {
      How::lock(m);
    } else {
      static_cast<void>(co_await How::lock(m));
    }
    owns_ = true;
    co_return;
  }
  /// Locks if that needs no wait.
  bool try_lock() {
    owns_ = How::try_lock(lockable());
    return owns_;
  }
  /// False when the time has passed first.
  template <class Rep, class Period>
  task<bool> try_lock_for(std::chrono::duration<Rep, Period> timeout) {
    return How::try_lock_for(*this, timeout);
  }
  /// False when the time has come first.
  template <class Clock, class Duration>
  task<bool> try_lock_until(std::chrono::time_point<Clock, Duration> time) {
    return How::try_lock_until(*this, time);
  }
  /// Throws std::system_error if the mutex is not locked by this.
  void unlock() {
    if (!owns_) fail(std::errc::operation_not_permitted, "it is not locked");
    owns_ = false;
    How::unlock(*mutex_);
  }

  /// Exchanges the mutexes.
  void swap(lock_owner& other) noexcept {
    std::swap(mutex_, other.mutex_);
    std::swap(owns_, other.owns_);
  }
  /// Gives the mutex away, locked or not.
  Mutex* release() noexcept {
    owns_ = false;
    return std::exchange(mutex_, nullptr);
  }
  /// Is the mutex locked by this?
  bool owns_lock() const noexcept { return owns_; }
  /// owns_lock()
  explicit operator bool() const noexcept { return owns_; }
  /// The mutex; null if there is none.
  Mutex* mutex() const noexcept { return mutex_; }

 protected:
  /// Its mutex has been locked, or not.
  void set_owned(bool owned) noexcept { owns_ = owned; }

 private:
  friend How;

  Mutex& lockable() const {
    if (mutex_ == nullptr) {
      fail(std::errc::operation_not_permitted, "there is no mutex");
    }
    if (owns_) {
      fail(std::errc::resource_deadlock_would_occur, "it is locked already");
    }
    return *mutex_;
  }
  [[noreturn]] static void fail(std::errc error, const char* why) {
    throw std::system_error(std::make_error_code(error),
                            std::string("green: lock: ") + why);
  }

  Mutex* mutex_ = nullptr;
  bool owns_ = false;
};

}  // namespace green
