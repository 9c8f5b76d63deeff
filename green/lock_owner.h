// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "green/task.h"

namespace green {

using std::adopt_lock;
using std::adopt_lock_t;
using std::defer_lock;
using std::defer_lock_t;
using std::try_to_lock;
using std::try_to_lock_t;

template <class>
inline constexpr bool constructor_cannot_wait = false;

/// What unique_lock and shared_lock have in common; How says which calls of
/// the mutex they make.
template <class Mutex, class How>
class lock_owner {
 public:
  using mutex_type = Mutex;

  lock_owner() noexcept = default;
  lock_owner(Mutex& m, defer_lock_t) noexcept : mutex_(std::addressof(m)) {}
  lock_owner(Mutex& m, try_to_lock_t)
      : mutex_(std::addressof(m)), owns_(How::try_lock(m)) {}
  lock_owner(Mutex& m, adopt_lock_t) : mutex_(std::addressof(m)), owns_(true) {}
  lock_owner(lock_owner&& other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)),
        owns_(std::exchange(other.owns_, false)) {}
  lock_owner& operator=(lock_owner&& other) noexcept {
    lock_owner(std::move(other)).swap(*this);
    return *this;
  }
  ~lock_owner() {
    if (owns_) How::unlock(*mutex_);
  }

  /// [thread.lock.unique.locking], [thread.lock.shared.locking]
  task<> lock() {
    check_lockable();
    co_await How::lock(*mutex_);
    owns_ = true;
  }
  bool try_lock() {
    check_lockable();
    owns_ = How::try_lock(*mutex_);
    return owns_;
  }
  template <class Rep, class Period>
  task<bool> try_lock_for(std::chrono::duration<Rep, Period> timeout) {
    check_lockable();
    owns_ = co_await How::try_lock_for(*mutex_, timeout);
    co_return owns_;
  }
  template <class Clock, class Duration>
  task<bool> try_lock_until(std::chrono::time_point<Clock, Duration> time) {
    check_lockable();
    owns_ = co_await How::try_lock_until(*mutex_, time);
    co_return owns_;
  }
  void unlock() {
    if (!owns_) fail(std::errc::operation_not_permitted, "it is not locked");
    owns_ = false;
    How::unlock(*mutex_);
  }

  void swap(lock_owner& other) noexcept {
    std::swap(mutex_, other.mutex_);
    std::swap(owns_, other.owns_);
  }
  Mutex* release() noexcept {
    owns_ = false;
    return std::exchange(mutex_, nullptr);
  }
  bool owns_lock() const noexcept { return owns_; }
  explicit operator bool() const noexcept { return owns_; }
  Mutex* mutex() const noexcept { return mutex_; }

 private:
  void check_lockable() const {
    if (mutex_ == nullptr) {
      fail(std::errc::operation_not_permitted, "there is no mutex");
    }
    if (owns_) {
      fail(std::errc::resource_deadlock_would_occur, "it is locked already");
    }
  }
  [[noreturn]] static void fail(std::errc error, const char* why) {
    throw std::system_error(std::make_error_code(error),
                            std::string("green: lock: ") + why);
  }

  Mutex* mutex_ = nullptr;
  bool owns_ = false;
};

/// How a unique_lock locks.
struct exclusively {
  static auto lock(auto& m) { return m.lock(); }
  static bool try_lock(auto& m) { return m.try_lock(); }
  static auto try_lock_for(auto& m, auto timeout) {
    return m.try_lock_for(timeout);
  }
  static auto try_lock_until(auto& m, auto time) {
    return m.try_lock_until(time);
  }
  static void unlock(auto& m) { m.unlock(); }
};

/// How a shared_lock locks.
struct sharing {
  static auto lock(auto& m) { return m.lock_shared(); }
  static bool try_lock(auto& m) { return m.try_lock_shared(); }
  static auto try_lock_for(auto& m, auto timeout) {
    return m.try_lock_shared_for(timeout);
  }
  static auto try_lock_until(auto& m, auto time) {
    return m.try_lock_shared_until(time);
  }
  static void unlock(auto& m) { m.unlock_shared(); }
};

}  // namespace green
