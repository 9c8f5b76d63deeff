// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <map>
#include <optional>

#include "green/core/task.h"
#include "green/patcher/gate.h"
#include "green/patcher/overflow.h"
#include "green/patcher/stack.h"
#include "green/patcher/switch.h"

namespace green::patcher {

/// A stack of its own for C code that does not know of coroutines. It stays on
/// the thread of its hub. A coroutine runs the fiber. Where the C code would
/// block, the fiber leaves an ordinary task to that coroutine.
class fiber : public gate {
 public:
  /// The fiber that was given back last on this thread, or a new one at the
  /// upper end of its own stack. Throws std::bad_alloc.
  static fiber& take(std::size_t stack_bytes);
  /// To be called when its function has returned.
  void give_back() noexcept;

  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  // For its coroutine, on the hub's stack:

  void begin(void (*function)(void*), void* argument,
             const core::green_thread& runs_for, core::site called_at) noexcept;
  /// Runs it until it waits, or its function has returned.
  void resume() noexcept;
  bool returned() const noexcept { return function_ == nullptr; }
  /// What it waits for, and whether an interrupt may end that.
  core::task<> take_wait() noexcept;
  bool shielded() const noexcept { return shielded_; }
  /// From now on the calls fail with this error number, and never wait.
  void fail(int error) noexcept { failing_ = error; }
  /// This wait alone came to nothing.
  void fail_wait(int error) noexcept { wait_error_ = error; }

  // For its hooks, on its own stack:

  int failing() const noexcept { return failing_; }
  /// Waits until the hub has done this. 0, or an error number.
  int wait_for(core::task<> what, bool shielded) noexcept;
  /// Counts a failed call, and returns how many have failed since an interrupt.
  unsigned count_failed() noexcept { return ++failed_; }
  /// The values of pthread_getspecific on this fiber. They stay with the fiber,
  /// as with a thread of a pool. The end of the fiber destroys them, as the end
  /// of a thread would.
  std::map<unsigned, const void*>& values() noexcept { return values_; }

 private:
  struct thread_state;

  explicit fiber(fiber_stack memory) noexcept;
  ~fiber();

  static void live(void* self);
  static thread_state& of_thread() noexcept;
  void leave(bool for_good) noexcept;
  void destroy() noexcept;

  fiber_stack stack_;
  stack_user user_;
  context own_;
  context hub_ = nullptr;
  void (*function_)(void*) = nullptr;
  void* argument_ = nullptr;
  std::optional<core::task<>> wait_;
  bool shielded_ = false;
  int failing_ = 0;
  int wait_error_ = 0;
  unsigned failed_ = 0;
  fiber* next_free_ = nullptr;
  std::map<unsigned, const void*> values_;

  // Of the C++ runtime: the exceptions being handled.
  struct exceptions {
    void* caught = nullptr;
    unsigned uncaught = 0;
  };
  exceptions exceptions_;
  // Of the sanitizers.
  void* fake_stack_ = nullptr;
  const void* hub_bottom_ = nullptr;
  std::size_t hub_size_ = 0;
  void* tsan_ = nullptr;
  void* hub_tsan_ = nullptr;
};

/// Runs function(argument) on a fiber to its end. An interrupt makes its calls
/// fail, and is thrown when the function has returned.
core::task<> run_on_fiber(std::size_t stack_bytes, void (*function)(void*),
                          void* argument);

/// The fiber that runs. To be called with its gate open, or in a hook.
fiber& this_fiber() noexcept;

/// Shuts the gate of the calling fiber. Until the gate opens again, calls go
/// straight to the C library, even in handlers of signals.
class shut_gate {
 public:
  shut_gate() noexcept : gate_(open_gate) { open_gate = nullptr; }
  shut_gate(const shut_gate&) = delete;
  shut_gate& operator=(const shut_gate&) = delete;
  ~shut_gate() { open_gate = gate_; }

  fiber& owner() const noexcept { return static_cast<fiber&>(*gate_); }

 private:
  gate* gate_;
};

/// Fibers of this thread that have begun and not returned.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local unsigned fibers_alive;

}  // namespace green::patcher
