// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/parking_lot.h"
#include "green/task.h"

/// The objects of <pthread.h>, as green threads use them. The memory of a lock
/// holds its state, and the state is the original's. So OS threads may use the
/// lock by the original functions. Green threads try the original, and wait in
/// core's parking lot while it is busy.
namespace green::pthreads {

inline std::uint64_t key_of(const volatile void* object) noexcept {
  return reinterpret_cast<std::uintptr_t>(object);
}

/// One that waits for a lock has to leave with the lock, or to wake the next.
/// For the next may rely on it, and not look at the lock by itself.
class turn_in_line {
 public:
  turn_in_line(std::uint64_t key, bool wakes_all) noexcept
      : key_(key), wakes_all_(wakes_all) {}
  turn_in_line(const turn_in_line&) = delete;
  turn_in_line& operator=(const turn_in_line&) = delete;
  ~turn_in_line() {
    if (!taken_) core::parking_lot::wake(key_, wakes_all_);
  }
  /// The result of the wait.
  int ends(int result) noexcept {
    taken_ = result == 0 || result == EOWNERDEAD;
    return result;
  }

 private:
  std::uint64_t key_;
  bool wakes_all_;
  bool taken_ = false;
};

/// One wait for a lock, which begins while the lock is busy. If nobody will
/// wake the waiter, it has to look again after a pause.
template <class Try, class Looks>
class lock_wait final : public core::parking_lot::parked_wait {
 public:
  lock_wait(std::uint64_t key, const char* what, core::deadline until,
            Try& attempt, Looks& looks, bool looking)
      : parked_wait(key, what, until),
        attempt_(&attempt),
        looks_(&looks),
        looking_(looking) {}

  int result() const noexcept { return result_; }

 private:
  bool try_now() override {
    result_ = (*attempt_)();
    return result_ != EBUSY || (!looking_ && (*looks_)());
  }

  Try* attempt_;
  Looks* looks_;
  bool looking_;
  int result_ = EBUSY;
};

/// Attempts until the result is not EBUSY; ETIMEDOUT after the deadline. While
/// looks() is true, nobody will wake the waiter. Both are asked with the key's
/// waiters locked.
template <class Try, class Looks>
task<int> lock_in_lot(std::uint64_t key, const char* what, core::deadline until,
                      Try& attempt, Looks& looks) {
  bool looking = false;
  for (unsigned round = 0;; ++round) {
    const core::deadline end =
        looking ? core::parking_lot::next_look(round, until) : until;
    lock_wait<Try, Looks> wait(key, what, end, attempt, looks, looking);
    co_await wait;
    if (wait.result() != EBUSY) co_return wait.result();
    if (until.passed()) co_return ETIMEDOUT;
    looking = looks();
  }
}

}  // namespace green::pthreads
