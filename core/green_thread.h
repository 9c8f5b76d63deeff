// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cassert>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "green/core/assert.h"
#include "green/core/awaited.h"
#include "green/core/context.h"
#include "green/core/counted.h"
#include "green/core/frame_pool.h"
#include "green/core/giving_way.h"
#include "green/core/interrupts.h"
#include "green/core/list.h"
#include "green/core/local_values.h"
#include "green/core/promise_base.h"
#include "green/core/runnable.h"
#include "green/core/scheduler.h"
#include "green/core/wait_queue.h"

namespace green::core {

/// ", spawned at FILE:LINE"; empty when the line is not known.
std::string spawned_at(const site& where);

/// A coroutine with a hub, an identity and an end that others can wait for.
/// The hub holds one reference while the green thread lives, each handle
/// another.
class green_thread : public pooled,
                     public interrupt_target,
                     public counted,
                     public list_hook {
 public:
  enum class outcome : unsigned char { pending, value, error, killed };

  void unref() noexcept {
    if (drop_ref()) destroy();
  }

  // From any thread:

  scheduler& home() const noexcept { return *home_; }
  std::uint64_t id() const noexcept { return id_; }
  const site& spawned_at() const noexcept { return spawned_at_; }
  /// The id of the green thread that has spawned it; 0 when none has.
  std::uint64_t parent() const noexcept { return parent_; }
  bool finished() const noexcept { return how() != outcome::pending; }
  outcome how() const noexcept {
    return outcome_.load(std::memory_order_acquire);
  }
  /// The exception that left it, once finished. Null after a value or a kill.
  const std::exception_ptr& error() const noexcept { return exception_; }
  /// Somebody has seen the error, which will therefore not be reported.
  void take_error() noexcept { error_taken_.store(true); }
  /// Aborts, naming both threads, unless it has ended or the caller is on its
  /// hub's thread. Gives true, for assert().
  bool usable_here() const noexcept {
    return finished() || home_->on_own_thread();
  }
  /// The waiters for its end. They are woken when finished() has become true.
  wait_queue& joiners() noexcept { return joiners_; }
  /// Throws killed at its await, or keeps it from starting. Takes no memory.
  void kill() noexcept;
  /// The same with another exception. If it has not started, it ends with that.
  void kill_with(std::exception_ptr error);

  /// Puts it at the end of its hub's ready queue, to start there. Throws
  /// std::bad_alloc.
  void post_launch(const site& from);

  // On its hub's thread:

  /// Puts it at the end of the ready queue, to start there.
  void launch(const site& from) noexcept;
  /// Registers it and its hub's reference, but leaves the start to the caller.
  void adopt(const site& from) noexcept;
  /// Starts an adopted one at the end of the ready queue.
  void make_ready() noexcept {
    scheduled_ = true;
    home_->schedule(*this);
  }
  bool started() const noexcept { return started_; }
  void interrupt_with(interrupt& reason) noexcept;
  /// Of the main green thread: the handler of a signal has run.
  void signal_came(bool restarts) noexcept;
  awaited* waiting() const noexcept { return waiting_; }
  /// Ends it without its help: ends its wait, however shielded, and then
  /// destroys its frames where they stand.
  void abandon() noexcept;

  /// In a child of fork: only the current green thread of this hub exists here.
  /// The others never run again, and their frames stay as they are. Their joins
  /// end as if they were killed.
  static void keep_current_only(scheduler& hub) noexcept;
  /// Hands an error that nobody has taken to the reporter, at once.
  void report_error() noexcept;

  std::string name() const;
  /// "NAME, spawned at FILE:LINE", or the name alone when that is not known.
  std::string name_and_place() const;
  /// The name from set_name; empty if that was never called.
  std::string_view given_name() const noexcept {
    return name_ == nullptr ? std::string_view() : *name_;
  }
  void set_name(std::string name);
  std::int64_t spawned_when() const noexcept { return spawned_when_; }

  /// "recv(fd 7) at a.cc:12, in b.cc:30": its wait and where it awaits, the
  /// innermost coroutine first.
  std::string describe_wait() const;

  /// The innermost coroutine of one that waits. Else null.
  const promise_base* place_of_wait() const noexcept {
    return waiting_ == nullptr ? nullptr : leaf_;
  }

  /// The coroutine that runs now, if builds without NDEBUG have told.
  const promise_base* innermost() const noexcept {
    return told_ ? leaf_ : nullptr;
  }

  /// Takes errno from the caller of run, before the start.
  void set_errno(int value) noexcept { errno_ = value; }
  /// errno as it has left it.
  int last_errno() const noexcept { return errno_; }

  // For the coroutines it runs:

  /// This coroutine goes on. Always true, so that it can stand in assert().
  bool runs(promise_base& coroutine) noexcept {
    leaf_ = &coroutine;
    return told_ = true;
  }

  /// errno is the green thread's own. Kept at the start of each wait, it is
  /// given back when the green thread goes on.
  void keep_errno() noexcept { errno_ = *home_->errno_; }
  void give_back_errno() const noexcept { *home_->errno_ = errno_; }

  void continue_with(std::coroutine_handle<> h) noexcept { continuation_ = h; }
  /// The coroutine that runs goes on with this one, of which it is the parent.
  /// False when this one has ended already: then the parent goes on at once.
  bool run_within(std::coroutine_handle<> h,
                  [[maybe_unused]] promise_base& child) noexcept {
    assert(runs(child));
    return !resume_nested(h) || !h.done() || goes_on_at_once();
  }
  /// The same for a coroutine of which this one awaits a part alone, as the
  /// next element of a generator. False when this one, `back`, goes on at once.
  bool run_part(promise_base& part, std::coroutine_handle<> back) noexcept {
    assert(runs(part));
    return !resume_nested(part.self) || continuation_ != back ||
           goes_on_at_once();
  }
  void body_done() noexcept {
    continuation_ = std::coroutine_handle<>::from_address(this);
  }

  /// Has it run for so long that the others are to have their turn? Called
  /// after must_look, when interrupts have been seen to.
  bool is_late() noexcept;
  /// The same. If it is late, it is parked, and `next` goes on after the
  /// others. An interrupt that comes meanwhile is thrown at the next await.
  bool gives_way(promise_base& next) noexcept;
  /// Parks it at any time.
  void give_way(promise_base& next) noexcept {
    keep_errno();
    leaf_ = &next;
    waiting_ = &giving_way.value;
    home_->schedule(*this);
  }

  using local_value = core::local_value;
  core::local_values& locals() noexcept { return locals_; }

  /// Runs the runnables of a queue of this hub, as many as `most` says before
  /// each. Gives their number.
  static unsigned run_some(scheduler& hub, run_queue& queue,
                           const unsigned& most);

  /// The context of the caller: of the green thread that runs here or, where
  /// none runs, of the OS thread. A new green thread begins with it.
  static context_ref context_of_caller() noexcept {
    const green_thread* const caller = running();
    return caller == nullptr ? context::of_os_thread() : caller->context_;
  }
  /// Gives the caller another context.
  static void change_context(context_ref to) noexcept;
  const context_ref& variables() const noexcept { return context_; }
  /// The green thread that runs on this OS thread; or null.
  static green_thread* running() noexcept {
    const scheduler* const here = scheduler::here();
    return here == nullptr ? nullptr : here->current();
  }

 protected:
  explicit green_thread(scheduler& home) noexcept
      : interrupt_target(&green_thread::begin_turn, home),
        context_(context_of_caller()) {}
  virtual ~green_thread() {
    GREEN_ASSERT(!adopted_ || finished(), "a live green thread was destroyed");
  }

  /// Calls the function. Afterwards its coroutine is in continuation_, or its
  /// result is stored and body_done was called. An exception is the error.
  virtual void begin() = 0;
  /// Called once, at the end. If it ran, moves the result out of the coroutine.
  /// Destroys the coroutine and the arguments, wherever they stand.
  virtual outcome conclude(bool ran) noexcept = 0;

  /// Calls f. The outcome is that of a green thread which f's exception leaves.
  template <class F>
  outcome outcome_of(F&& f) noexcept {
    try {
      f();
      return outcome::value;
    } catch (const core::killed&) {
      return outcome::killed;
    } catch (...) {
      exception_ = std::current_exception();
      return outcome::error;
    }
  }

 private:
  struct arrival;
  struct thrown_error;

  // The nested calls are few, so that the stack is bounded. False when there
  // are too many, and the resume loop does it.
  bool resume_nested(std::coroutine_handle<> h) noexcept {
    if (nested_ == most_nested) [[unlikely]] {
      continue_with(h);
      return false;
    }
    ++nested_;
    h.resume();
    --nested_;
    return true;
  }
  bool goes_on_at_once() noexcept {
    continue_with(nullptr);
    return false;
  }

  void register_at(const site& from) noexcept;
  void enlist() noexcept;
  // Its turn: run_ is one of them.
  static void begin_turn(runnable& r);
  static void resume_turn(runnable& r);
  static void break_off(runnable& r);
  void turn(scheduler& home);
  void first_turn(scheduler& home);
  void go_on();
  bool start();
  void take_id() noexcept;
  void end(bool ran) noexcept;
  void finish(outcome how) noexcept;
  void kill_here() noexcept;
  void end_with(std::exception_ptr error) noexcept;
  void end_wait() noexcept;
  void leave_behind() noexcept;
  void vanish() noexcept;
  void destroy() noexcept;

  friend class suspension;
  friend class scheduler;
  friend struct layout_for_debuggers;

  static constexpr unsigned char most_nested = 16;

  std::uint64_t id_ = 0;
  site spawned_at_;
  std::uint64_t parent_ = 0;
  std::int64_t spawned_when_ = 0;
  [[no_unique_address]] wait_queue joiners_;  // the flags fill its last word
  std::atomic<outcome> outcome_ = outcome::pending;
  std::atomic<bool> error_taken_ = false;
  bool scheduled_ = false;  // unstarted, and in the ready queue
  bool adopted_ = false;
  // While another thread's kill is on its way: the next such one of the hub, or
  // itself if it is the last.
  std::atomic<green_thread*> next_killed_ = nullptr;
  std::unique_ptr<const std::string> name_;  // usually null
  core::local_values locals_;
  context_ref context_;
};

/// Receives an error that nobody has taken, when the last handle goes. The
/// layer above sets it once.
using error_reporter = void (*)(green_thread&, const std::exception_ptr&);
void set_error_reporter(error_reporter report) noexcept;

}  // namespace green::core
