// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>

#include "green/core/list.h"
#include "green/core/mailbox.h"
#include "green/core/run_clock.h"
#include "green/core/runnable.h"
#include "green/core/scheduler_life.h"
#include "green/core/signals.h"
#include "green/core/timer_heap.h"

namespace green::core {

class block_monitor;
class green_thread;
class signal_scope;

/// The part of a hub that the core knows: its ready queue, timers, mailbox and
/// green threads. The hub derives from it and brings the kernel.
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
    target_->push(item);
  }
  const run_queue& ready() const noexcept { return ready_; }
  /// The number of runnables that have had their turn, which tells one run from
  /// another.
  std::uint64_t runs() const noexcept {
    return ready_.popped() + due_.popped();
  }
  /// The golden section of 2^32 more than the last time.
  std::uint32_t next_choice() noexcept { return choices_ += 0x9E3779B9u; }
  timer_heap& timers() noexcept {
    assert(on_own_thread());
    return timers_;
  }
  /// How many green threads this hub has had, how many of them have ended, and
  /// how many of those with an error.
  std::uint64_t spawned() const noexcept {
    return ids_taken_ - (end_of_ids_ - next_id_) + arrived_;
  }
  std::uint64_t ended() const noexcept { return ended_; }
  std::uint64_t failed() const noexcept { return failed_; }
  /// How often another thread has posted.
  std::uint64_t posts() const noexcept { return posts_; }
  /// The runnables that wait for their turn.
  std::uint64_t ready_now() const noexcept {
    return ready_.pushed() + due_.pushed() - runs();
  }
  green_thread* current() const noexcept { return current_; }
  list<green_thread>& threads() noexcept { return threads_; }
  run_clock& run_looks() noexcept { return run_looks_; }

  /// Made on first use. Throws std::bad_alloc.
  scheduler_life& life();

  /// The steady clock, or virtual time when a test has set it.
  std::int64_t now() const noexcept;
  bool virtual_time() const noexcept { return virtual_time_; }

  /// now() at the start of the turn, which costs nothing.
  std::int64_t turn_time() const noexcept { return turn_time_; }

  /// Lets another thread see which green thread runs. Null ends that.
  void set_monitor(block_monitor* monitor) noexcept { monitor_ = monitor; }
  block_monitor* monitor() const noexcept { return monitor_; }

  /// From now on, time stands still while work is ready. It jumps to the next
  /// timer when the hub is idle.
  void use_virtual_time(bool on) noexcept;

  /// The handler of a signal runs, on this thread, and may have interrupted
  /// anything. Soon afterwards it ends the wait of the main green thread, if
  /// by_signal says so.
  void signal_came(bool restarts) noexcept;

  // From any thread:

  /// gettid(2) of its thread.
  int os_thread() const noexcept { return own_thread_; }

  /// On another thread than the hub's, aborts and names both. Else gives true,
  /// for assert().
  bool on_own_thread() const noexcept {
    if (here_ != this) [[unlikely]]
      expect_own_thread();
    return true;
  }

  /// Hands over something to run. The scheduler may end as soon as that ran.
  void post(runnable& item) noexcept;
  /// Hands over a reference to a green thread of this hub, which is to be
  /// killed. The caller holds the lock of its joiners.
  void post_kill(green_thread& thread) noexcept;
  /// The same for the handler of a signal, which may have interrupted anything
  /// on this thread. It must not run while the scheduler ends.
  void post_in_handler(runnable& item) noexcept;

  /// A helper thread has promised to post. Until then, an idle hub is no
  /// deadlock.
  void expect_post() noexcept { expected_.fetch_add(1); }
  void expected_post_came() noexcept { expected_.fetch_sub(1); }

  /// Ends its sleep, or the one that it is about to begin, so that it looks
  /// again at what there is to wait for.
  void rouse() noexcept;

 protected:
  ~scheduler() { wait_for_posters(); }

  /// In a child of fork: forgets everything but the current green thread, if
  /// there is one, and the timers of its scopes.
  void keep_current_only() noexcept;
  /// In a child of fork, for a hub whose thread does not exist there: posts to
  /// the hub stay in its mailbox.
  void disown() noexcept;
  /// The hub has no thread any more, or will have none soon: nobody who refers
  /// to it reaches it from now on.
  void end_life() noexcept;
  /// May another thread post?
  bool expects_post() const noexcept {
    return expected_.load() != 0 || (life_ && life_->users.load() != 0);
  }

  /// May the handler of a signal end main's wait, as that of a poll(2) of
  /// nothing?
  bool expects_signal() const noexcept;
  void take_mail() noexcept {
    const std::uint64_t before = ready_.pushed();
    inbox_.drain(ready_);
    posts_ += ready_.pushed() - before;
  }
  /// Was it roused since the last call? To be asked once asleep_ is set, so
  /// that either this sees the rouse or the rouse sees the sleep.
  bool take_rouse() noexcept {
    return roused_.load() && roused_.exchange(false);
  }
  bool nothing_ready() const noexcept { return ready_.empty() && due_.empty(); }
  /// Fires the timers that are due. The green threads that they make ready go
  /// first in the next turn.
  void expire_timers() {
    timers_.settle(turn_time_);
    target_ = &due_;
    timers_.expire(turn_time_);
    target_ = &ready_;
  }

  /// Waits until no other thread is between its post and its wake. The hub
  /// calls it before it destroys anything that wake() needs.
  void wait_for_posters() const noexcept;

  /// Ends the hub's sleep in the kernel; called on other threads.
  virtual void wake() noexcept = 0;

  void expect_own_thread() const noexcept;

  static inline constinit thread_local scheduler* here_ = nullptr;

  run_queue ready_;
  run_queue due_;  // their timers have fired, and each turn begins with them
  run_queue* target_ = &ready_;  // of schedule
  timer_heap timers_;
  mailbox inbox_;
  green_thread* current_ = nullptr;
  block_monitor* monitor_ = nullptr;
  list<green_thread> threads_;
  std::atomic<std::uint32_t> asleep_ = 0;  // 1: it has to be woken; a futex
  std::atomic<bool> roused_ = false;
  std::atomic<unsigned> expected_ = 0;
  std::atomic<unsigned> posting_ = 0;
  counted_ptr<scheduler_life> life_;
  run_clock run_looks_;
  std::uint64_t next_id_ = 0;  // of a green thread
  std::uint64_t end_of_ids_ = 0;
  std::uint64_t ids_taken_ = 0;  // by its own green threads
  std::uint64_t arrived_ = 0;    // green threads that others have posted
  std::uint64_t ended_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t posts_ = 0;
  bool virtual_time_ = false;
  std::uint32_t choices_ = 0;
  std::int64_t virtual_now_ = 0;
  std::int64_t turn_time_ = 0;
  int own_thread_;
  // The address of errno on the hub's thread. The call that gives it costs more
  // than an await may.
  int* const errno_;
  green_thread* main_ = nullptr;          // of run
  signal_scope* signal_scope_ = nullptr;  // main's innermost one

  friend class green_thread;
  friend class signal_scope;
  friend struct layout_for_debuggers;

 private:
  struct signal_message : runnable {
    explicit signal_message(scheduler& s) noexcept
        : runnable(&signal_message::deliver), hub(s) {}
    static void deliver(runnable& r);
    scheduler& hub;
    std::atomic<bool> under_way = false;
    std::atomic<bool> restarts = true;  // all handlers that it tells of
  };
  signal_message signal_post_{*this};

  // Tells of the green threads that other threads kill, the last one first.
  struct kill_message : runnable {
    explicit kill_message(scheduler& s) noexcept
        : runnable(&kill_message::deliver), hub(s) {}
    static void deliver(runnable& r);
    scheduler& hub;
    std::atomic<green_thread*> last = nullptr;
  };
  kill_message kill_post_{*this};
};

}  // namespace green::core
