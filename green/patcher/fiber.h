// SPDX-License-Identifier: MIT
#pragma once

#include <locale.h>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "green/core/task.h"
#include "green/patcher/gate.h"
#include "green/patcher/keys.h"
#include "green/patcher/libc_words.h"
#include "green/patcher/overflow.h"
#include "green/patcher/stack.h"
#include "green/patcher/switch.h"
#include "green/patcher/thread_locals.h"

namespace green::patcher {

class made_thread;

/// Ends one wait of a fiber, which then gives this error number.
struct wait_ended {
  int error;
};

/// The functions whose results the C library keeps for each thread.
enum class kept_result { strerror, strsignal, inet_ntoa };

/// The data of a fiber that is a thread to its code.
struct own_thread {
  explicit own_thread(thread_locals::start how)
      : locals(how), is_main(how == thread_locals::start::copied) {}

  thread_locals locals;
  libc_words words;
  key_values keys;
  bool is_main;
};

/// A stack of its own for C code that does not know of coroutines. It stays on
/// the thread of its hub. A coroutine runs the fiber. Where the C code would
/// block, the fiber leaves an ordinary task to that coroutine.
class fiber : public gate {
 public:
  /// The fiber with such a stack that was given back last on this thread, or a
  /// new one at the upper end of its own stack. Throws std::bad_alloc.
  static fiber& take(std::size_t stack_bytes);
  /// To be called when its function has returned.
  void give_back() noexcept;

  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  // For its coroutine, on the hub's stack:

  void begin(void (*function)(void*), void* argument,
             const core::green_thread& runs_for, core::site called_at) noexcept;
  /// Until its function has returned, the fiber is that thread. Null: it is a
  /// part of the hub's thread.
  void become(std::unique_ptr<own_thread> thread) noexcept;
  /// Runs it until it waits, or its function has returned.
  void resume() noexcept;
  bool returned() const noexcept { return function_ == nullptr; }
  /// When it is given back, the pages that it has touched are free again, but
  /// for the upper ones.
  void return_pages() noexcept { returns_pages_ = true; }
  /// What it waits for, and whether an interrupt may end that.
  core::task<> take_wait() noexcept;
  bool shielded() const noexcept { return shielded_; }
  /// From now on the calls fail with this error number, and never wait.
  void fail(int error) noexcept { failing_ = error; }
  /// The addresses to which the calls of a waiting fiber return, the innermost
  /// first. Gives their number. The fiber looks at its own stack for that, and
  /// waits on.
  unsigned look_at_stack(const void** calls, unsigned most) noexcept;
  const core::green_thread& green_thread() const noexcept {
    return *user_.runs_for;
  }
  core::site called_at() const noexcept { return user_.called_at; }
  /// This wait alone came to nothing.
  void fail_wait(int error) noexcept { wait_error_ = error; }

  // For its hooks, on its own stack:

  /// Null if it shares the thread-locals of the hub's thread.
  thread_locals* locals() const noexcept {
    return as_thread_ != nullptr ? &as_thread_->locals : nullptr;
  }

  int failing() const noexcept { return failing_; }
  /// Waits until the hub has done this. 0, or an error number.
  int wait_for(core::task<> what, bool shielded) noexcept;
  /// Counts a failed call, and returns how many have failed since an interrupt.
  unsigned count_failed() noexcept { return ++failed_; }
  /// Is it the main thread of a program? Its keys are those of the hub's
  /// thread.
  bool is_main_thread() const noexcept {
    return as_thread_ != nullptr && as_thread_->is_main;
  }
  /// The values of pthread_getspecific on this fiber. Those of a thread end
  /// with the thread. Others stay with the fiber, as with a thread of a pool.
  key_values& keys() noexcept {
    return as_thread_ != nullptr ? as_thread_->keys : keys_;
  }
  const key_values& keys() const noexcept {
    return as_thread_ != nullptr ? as_thread_->keys : keys_;
  }
  /// The fiber's copy of what the function gave last.
  std::string& result(kept_result which) noexcept {
    return results_[static_cast<std::size_t>(which)];
  }
  /// The fiber has changed its locale, which was this.
  void note_locale(locale_t before) noexcept;
  /// Its thread's function has returned: destroys the thread-locals and the
  /// values of keys, as far as that is the program's affair.
  void end_thread();
  /// As which thread patched code knows it; null while nobody has asked.
  made_thread* thread() const noexcept { return thread_; }
  void set_thread(made_thread* thread) noexcept { thread_ = thread; }
  /// The lowest address of its stack that code may touch, and the bytes from
  /// there on.
  const fiber_stack& memory() const noexcept { return stack_; }

 private:
  struct thread_state;

  explicit fiber(fiber_stack memory) noexcept;
  ~fiber();

  static void live(void* self);
  static thread_state& of_thread() noexcept;
  void leave(bool for_good) noexcept;
  void switch_to() noexcept;
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
  bool returns_pages_ = false;
  struct look {
    const void** calls;
    unsigned most;
    unsigned found;
  };
  look* look_ = nullptr;  // asked of it
  made_thread* thread_ = nullptr;
  fiber* next_free_ = nullptr;
  key_values keys_;
  std::array<std::string, 3> results_;
  std::unique_ptr<own_thread> as_thread_;
  // Null, unless the fiber has changed it.
  locale_t locale_ = nullptr;
  locale_t hub_locale_ = nullptr;

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
/// The same on a fiber that was taken, and is given back at the end.
core::task<> run_on_fiber(fiber& taken, void (*function)(void*),
                          void* argument);
/// The same for a thread's function, which has thread-locals of its own.
core::task<> run_as_thread(std::size_t stack_bytes, void (*function)(void*),
                           void* argument, thread_locals::start how);

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

}  // namespace green::patcher
