// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "green/core/deadline.h"
#include "green/core/list.h"
#include "green/core/queue_wait.h"
#include "green/core/task.h"

/// Where green threads wait for a thing of the system that has a number and no
/// wait queue: a semaphore, a mutex of C code, a lock of a file. The lot is one
/// for the process, and is used from any thread. Whoever changes a thing
/// through green wakes its waiters. Other programs change things without a
/// word, so waiters also look again after a pause.
namespace green::core::parking_lot {

/// While it lives, wake_if_any of the key looks for waiters. It has to be there
/// before the thing is tried.
class interest {
 public:
  explicit interest(std::uint64_t key) noexcept;
  interest(const interest&) = delete;
  interest& operator=(const interest&) = delete;
  ~interest();

 private:
  std::uint64_t key_;
};

/// A wait for a key. The derived class takes the awaited thing in try_now,
/// which is called with the key's waiters locked. So nobody misses a wake that
/// comes after the change of the thing.
class parked_wait : public queue_wait {
 public:
  /// True when it was woken, or had nothing to wait for. False when the
  /// deadline passed.
  bool await_resume() { return finish_wait(); }
  void describe(std::string& out) const override { out += what_; }
  std::uint64_t key() const noexcept { return key_; }

 protected:
  /// The dump of waits shows `what`.
  parked_wait(std::uint64_t key, const char* what, deadline until) noexcept;
  ~parked_wait() = default;

  /// Called in try_now or left. Takes out all that wait for the key. They are
  /// to be woken by wait_queue::wake_all, after the unlock.
  void take_all(list<waiter>& to) noexcept;

 private:
  std::uint64_t key_;
  const char* what_;
  interest interest_;
};

/// While it lives, no try_now and no left of the key is called.
class guard {
 public:
  explicit guard(std::uint64_t key) noexcept;
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() { queue_.unlock(); }

 private:
  wait_queue& queue_;
};

/// Changes with each wake of the key. Read it before the thing is tried.
unsigned turn(std::uint64_t key) noexcept;

/// Waits until the key is woken, or was woken since `seen`, or the deadline.
/// May also end early, so the thing must be tried again. The dump of waits
/// shows `what`.
task<> wait(std::uint64_t key, unsigned seen, const char* what, deadline until);

/// The same, and ends after a pause that grows with `round` from 50 µs to 10
/// ms.
task<> wait_a_while(std::uint64_t key, unsigned seen, const char* what,
                    unsigned round, deadline until = deadline::never());

/// The end of the pause that wait_a_while makes, or the deadline.
deadline next_look(unsigned round, deadline until);

/// Wakes the key's first waiter, or all of them. False when nobody waits.
bool wake(std::uint64_t key, bool all) noexcept;

/// Called in a child of fork, on its only thread: nobody waits there, and no
/// thread is at work in the lot.
void forget_all() noexcept;

/// Has anybody an interest in the key? To be asked after the change of the
/// thing, which must be an atomic exchange that releases. Those of x86 and
/// arm64 are never passed by this load.
bool anybody(std::uint64_t key) noexcept;

/// wake, which costs a load while nobody has an interest.
inline bool wake_if_any(std::uint64_t key, bool all) noexcept {
  return anybody(key) && wake(key, all);
}

}  // namespace green::core::parking_lot
