// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <exception>
#include <vector>

#include "green/core/green_thread.h"
#include "green/patcher/points.h"

namespace green::patcher {

class unwinding;

/// What other threads ask of a made thread: that it ends, by pthread_cancel,
/// and that it handles a signal, by pthread_kill. The thread looks when it
/// calls one of the points. A request ends a wait there. To be used on the
/// thread of its hub.
class thread_events {
 public:
  explicit thread_events(unwinding& way_out) noexcept : way_out_(way_out) {}
  thread_events(const thread_events&) = delete;
  thread_events& operator=(const thread_events&) = delete;

  /// The green thread has begun that runs the thread.
  void belongs_to(core::green_thread& thread) noexcept { thread_ = &thread; }

  bool are_of(const core::green_thread& thread) const noexcept {
    return thread_ == &thread;
  }

  // Requests:

  /// pthread_cancel(3)
  void cancel() noexcept;
  /// pthread_sigqueue(3). A signal that nobody handles goes to the process.
  /// Throws std::bad_alloc.
  void send(const siginfo_t& signal);

  // On its fiber, with its gate open. Those that may run a handler, or end the
  // thread, need not return:

  /// A call begins or ends. ends() is true if the call has to be made again.
  void begins();
  bool ends(after_signal how);
  /// pthread_testcancel(3)
  void test_cancel();
  /// The same, if the thread may be cancelled anywhere.
  void test_asynchronous();
  /// pthread_setcancelstate(3), pthread_setcanceltype(3)
  int set_cancel_state(int state, int* before);
  int set_cancel_type(int type, int* before);
  /// pthread_sigmask(3). The mask is this thread's alone.
  int set_mask(int how, const sigset_t* set, sigset_t* before);
  /// Runs the handlers of pending signals that are not blocked. True if all
  /// have SA_RESTART.
  bool handle_signals();
  /// The thread waits for a signal of this set, or for none.
  void awaits(const sigset_t* set) noexcept { awaited_ = set; }
  /// Takes a pending signal of the set, as sigwaitinfo(2) does. False if there
  /// is none.
  bool take(const sigset_t& set, siginfo_t& signal) noexcept;

  const sigset_t& mask() const noexcept { return mask_; }
  void begin_with(const sigset_t& mask) noexcept { mask_ = mask; }

 private:
  // Ends one wait of the fiber.
  struct cut final : core::interrupt {
    std::exception_ptr exception() noexcept override;
    bool made = false;
  };

  void look() noexcept;
  bool cancel_due() const noexcept {
    return cancel_asked_ && cancel_state_ == PTHREAD_CANCEL_ENABLE;
  }
  bool handle(const siginfo_t& signal);

  unwinding& way_out_;
  std::atomic<core::green_thread*> thread_ = nullptr;
  cut cut_;
  bool in_call_ = false;
  bool cancel_asked_ = false;
  int cancel_state_ = PTHREAD_CANCEL_ENABLE;
  int cancel_type_ = PTHREAD_CANCEL_DEFERRED;
  sigset_t mask_{};
  const sigset_t* awaited_ = nullptr;
  std::vector<siginfo_t> pending_;
};

}  // namespace green::patcher
