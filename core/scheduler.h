// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>

#include "green/core/list.h"
#include "green/core/mailbox.h"
#include "green/core/runnable.h"
#include "green/core/timer_heap.h"

namespace green::core {

class block_monitor;
class green_thread;

/// What of a hub the core knows: its ready queue, timers, mailbox and green
/// threads. The hub derives from it and brings the kernel.
class scheduler {
 public:
  scheduler();
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;

  /// The scheduler of this OS thread; null before its first use.
  static scheduler* here() noexcept { return here_; }

  // On the scheduler's own thread:

  void schedule(runnable& item) noexcept {
    assert(on_own_thread());
    (expiring_ ? due_ : ready_).push(item);
  }
  const run_queue& ready() const noexcept { return ready_; }
  timer_heap& timers() noexcept {
    assert(on_own_thread());
    return timers_;
  }
  green_thread* current() const noexcept { return current_; }
  list<green_thread>& threads() noexcept { return threads_; }

  /// The steady clock, or virtual time when a test has set it.
  std::int64_t now() const noexcept;

  /// now() at the start of the turn: free to ask.
  std::int64_t turn_time() const noexcept { return turn_time_; }

  /// Lets another thread look on at which green thread runs; null: nobody.
  void set_monitor(block_monitor* monitor) noexcept { monitor_ = monitor; }
  block_monitor* monitor() const noexcept { return monitor_; }

  /// From now on time stands still while work is ready, and jumps to the next
  /// timer when the hub is idle.
  void use_virtual_time(bool on) noexcept;

  // From any thread:

  /// Aborts, naming both, on another thread than the hub's. Else gives true,
  /// for assert().
  bool on_own_thread() const noexcept {
    if (here_ != this) [[unlikely]]
      expect_own_thread();
    return true;
  }

  /// Hands over something to run. The scheduler may end as soon as it ran.
  void post(runnable& item) noexcept;

  /// Somebody outside (a helper thread) has promised to post: until then, an
  /// idle hub is no deadlock.
  void expect_post() noexcept { expected_.fetch_add(1); }
  void expected_post_came() noexcept { expected_.fetch_sub(1); }

 protected:
  ~scheduler() { wait_for_posters(); }

  /// In a child of fork: only the current green thread, if there is one, is
  /// here. The others vanish.
  void keep_current_only() noexcept;
  /// In a child of fork, of a hub whose thread is not here: what is posted to
  /// it stays there.
  void disown() noexcept { asleep_.store(0); }

  bool nothing_ready() const noexcept { return ready_.empty() && due_.empty(); }
  /// Fires the timers whose time has come, for those that wait for them.
  void expire_timers() {
    expiring_ = true;
    timers_.expire(turn_time_);
    expiring_ = false;
  }

  /// Waits until no other thread is between its post and its wake. To be called
  /// before what wake() needs is destroyed.
  void wait_for_posters() const noexcept;

  /// Ends the hub's sleep in the kernel; called on other threads.
  virtual void wake() noexcept = 0;

  void expect_own_thread() const noexcept;

  static inline constinit thread_local scheduler* here_ = nullptr;

  run_queue ready_;
  run_queue due_;  // whose time has come: each turn begins with them
  timer_heap timers_;
  mailbox inbox_;
  green_thread* current_ = nullptr;
  block_monitor* monitor_ = nullptr;
  list<green_thread> threads_;
  std::atomic<std::uint32_t> asleep_ = 0;  // 1: it has to be woken; a futex
  std::atomic<unsigned> expected_ = 0;
  std::atomic<unsigned> posting_ = 0;
  bool expiring_ = false;
  bool virtual_time_ = false;
  std::int64_t virtual_now_ = 0;
  std::int64_t turn_time_ = 0;
  int own_thread_;  // gettid(2)

  friend class green_thread;
};

/// Nanoseconds of CLOCK_MONOTONIC.
std::int64_t steady_now() noexcept;

}  // namespace green::core
