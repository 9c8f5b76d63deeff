// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <mutex>

#include "green/core/list.h"
#include "green/core/spin_lock.h"

namespace green::core {

/// One place in a wait queue. A notifier takes it out and calls wake_, once, on
/// its own thread and with no lock held. From then on the queue's owner does
/// not touch the waiter.
struct waiter : list_hook {
  explicit waiter(void (*wake)(waiter&)) noexcept
      : wake_(wake), queued_(false), of_choice_(false) {}
  /// For one that may never wait. It calls set_unlinked and sets the members
  /// before it does.
  explicit waiter(set_later later) noexcept : list_hook(later) {}

  void (*wake_)(waiter&);
  bool queued_;     // guarded by the queue's lock, as linked() is not
  bool of_choice_;  // one of several, of a choice_wait
};

/// The waiters for an act of another green thread, in the order of their
/// coming. Locks, events, queues and joins are built on this one queue. Any
/// thread may use it: lock() guards the queue and the data that its owner
/// guards with it.
class wait_queue {
 public:
  constexpr wait_queue() = default;
  wait_queue(const wait_queue&) = delete;
  wait_queue& operator=(const wait_queue&) = delete;
  ~wait_queue() { assert(unused("a wait queue was destroyed with waiters")); }

  /// Called by the destructor of its owner. While somebody waits, aborts with
  /// the message and the names of those that wait. Else gives true, for
  /// assert().
  bool unused(const char* message) noexcept {
    if (!waiters_.empty()) [[unlikely]]
      destroyed_with_waiters(message);
    return true;
  }

  void lock() noexcept { lock_.lock(); }
  bool try_lock() noexcept { return lock_.try_lock(); }
  void unlock() noexcept { lock_.unlock(); }

  // With the lock held:

  bool empty() const noexcept { return waiters_.empty(); }
  waiter& front() noexcept { return waiters_.front(); }
  void push(waiter& w) noexcept {
    w.queued_ = true;
    waiters_.push_back(w);
  }

  /// Takes out the one that has waited longest; null when nobody waits. After
  /// the unlock the caller has to call `w->wake_(*w)`. A queue that is not
  /// empty may give null, because a choice was served elsewhere.
  waiter* pop() noexcept {
    waiter* const first = waiters_.pop_front();
    if (first == nullptr) return nullptr;
    first->queued_ = false;
    if (first->of_choice_) [[unlikely]]
      return claim_or_pop(*first);
    return first;
  }

  /// The same among those of which wanted(waiter) is true.
  template <class F>
  waiter* pop_if(F&& wanted) noexcept {
    waiter* found = nullptr;
    const auto look = [&](waiter& w) {
      if (found != nullptr || !wanted(w)) return;
      w.queued_ = false;
      if (!w.of_choice_ || claim(w)) found = &w;
    };
    waiters_.for_each(look);
    if (found == nullptr) return nullptr;
    found->unlink();
    if (found->of_choice_) take_siblings(*found);
    return found;
  }

  /// Takes out everyone, in order. After the unlock the caller has to call
  /// wake_all.
  void take_all(list<waiter>& to) noexcept {
    bool choices = false;
    waiters_.for_each([&choices](waiter& w) {
      w.queued_ = false;
      choices |= w.of_choice_;
    });
    if (choices) [[unlikely]]
      claim_all();
    to.splice(waiters_);
  }

  /// Takes out a waiter that gives up. False when it was notified already.
  bool remove(waiter& w) noexcept {
    if (!w.queued_) return false;
    w.queued_ = false;
    w.unlink();
    return true;
  }

  template <class F>
  void for_each(F&& f) {
    waiters_.for_each(f);
  }

  // Without the lock:

  static void wake_all(list<waiter>& taken) noexcept {
    while (waiter* w = taken.pop_front()) w->wake_(*w);
  }

  /// Wakes the one that has waited longest. False when nobody waits.
  bool notify_one() noexcept {
    lock();
    waiter* first = pop();
    unlock();
    if (first != nullptr) first->wake_(*first);
    return first != nullptr;
  }

  void notify_all() noexcept {
    lock();
    unlock_and_wake_all();
  }

  /// Takes out everyone, unlocks, and wakes them.
  void unlock_and_wake_all() noexcept {
    waiter* const first = pop();
    if (first == nullptr || empty()) [[likely]] {
      unlock();
      if (first != nullptr) first->wake_(*first);
      return;
    }
    list<waiter> all;
    all.push_back(*first);
    take_all(all);
    unlock();
    wake_all(all);
  }

 private:
  // Of choices (choice.cc). claim says that a choice is served by this place.
  // If another place was served before, claim takes this one out, and is false.
  static bool claim(waiter& place) noexcept;
  // Takes the other places of a claimed choice out of this queue.
  static void take_siblings(waiter& claimed) noexcept;
  waiter* claim_or_pop(waiter& first) noexcept;
  void claim_all() noexcept;

  [[noreturn]] void destroyed_with_waiters(const char* message) noexcept;

  list<waiter> waiters_;
  spin_lock lock_;
};

}  // namespace green::core
