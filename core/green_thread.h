// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <source_location>
#include <string>

#include "green/core/frame_pool.h"
#include "green/core/list.h"
#include "green/core/runnable.h"
#include "green/core/scheduler.h"
#include "green/core/wait_queue.h"

namespace green::core {

using site = std::source_location;

class green_thread;
class suspension;

/// What every coroutine of green knows: who runs it, who awaits it, and where
/// it awaits.
struct promise_base {
  std::coroutine_handle<> self;
  promise_base* parent = nullptr;
  green_thread* thread = nullptr;
  site where;
};

/// What kill throws at a green thread's await. It is no std::exception, so
/// that no handler of errors swallows it.
struct killed {};

/// A reason to throw at the next await: a kill, a timeout, a deadlock.
struct interrupt : list_hook {
  virtual std::exception_ptr exception() noexcept = 0;

 protected:
  ~interrupt() = default;
};

/// A coroutine with a hub, an identity and an end that others can wait for.
/// The hub holds one reference while it lives, each handle another.
class green_thread : public pooled, public runnable, public list_hook {
 public:
  enum class outcome : unsigned char { pending, value, error, killed };

  void ref() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void unref() noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }

  // From any thread:

  scheduler& home() const noexcept { return *home_; }
  std::uint64_t id() const noexcept { return id_; }
  const site& spawned_at() const noexcept { return spawned_at_; }
  bool finished() const noexcept {
    return outcome_.load(std::memory_order_acquire) != outcome::pending;
  }
  outcome how() const noexcept {
    return outcome_.load(std::memory_order_acquire);
  }
  /// What left it, once finished; null after a value or a kill.
  const std::exception_ptr& error() const noexcept { return error_; }
  /// Somebody has seen the error: it will not be reported.
  void take_error() noexcept { error_taken_.store(true); }
  /// On its hub's thread, or when it has ended; else aborts, naming both
  /// threads. Gives true, for assert().
  bool usable_here() const noexcept {
    return finished() || home_->on_own_thread();
  }
  /// Who waits for the end. Woken when finished() has become true.
  wait_queue& joiners() noexcept { return joiners_; }
  /// Throws killed at its current await, or keeps it from starting.
  void kill() noexcept;

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
  bool interrupted() const noexcept {
    return !interrupts_.empty() && shields_ == 0;
  }
  /// While shielded, interrupts stay pending.
  void add_shield() noexcept { ++shields_; }
  void remove_shield() noexcept { --shields_; }
  /// Takes the oldest interrupt, to be thrown by the wait that it ends.
  void claim_interrupt() noexcept;
  [[noreturn]] void raise_interrupt();
  /// Another number after one has been thrown: tells it from an error of what
  /// was awaited.
  std::uint8_t interrupts_raised() const noexcept { return raised_; }
  suspension* waiting() const noexcept { return waiting_; }
  /// Armed timeouts, which end any wait.
  void add_timeout() noexcept { ++timeouts_; }
  void remove_timeout() noexcept { --timeouts_; }
  bool has_timeout() const noexcept { return timeouts_ != 0; }
  /// Ends it without its help: ends its wait, however shielded, and then
  /// destroys its frames where they stand.
  void abandon() noexcept;

  /// It is not in this child of fork: it never runs again, its frames stay as
  /// they are, and for those who ask it was killed.
  void vanish() noexcept;
  /// It alone is in this child of fork.
  void survive() noexcept { kill_post_.under_way.store(false); }
  /// Hands an error that nobody has taken to the reporter, at once.
  void report_error() noexcept;

  std::string name() const;
  /// What set_name gave it; empty if that was never called.
  const std::string& given_name() const noexcept { return name_; }
  void set_name(std::string name);
  std::int64_t spawned_when() const noexcept { return spawned_when_; }

  /// "recv(fd 7) at a.cc:12, in b.cc:30": what it waits for, innermost first.
  std::string describe_wait() const;

  // For the coroutines it runs:

  void continue_with(std::coroutine_handle<> h) noexcept { continuation_ = h; }
  void body_done() noexcept { body_done_ = true; }

  /// What `local` keeps for it; destroyed at its end.
  struct local_value : list_hook {
    const void* key;
    virtual ~local_value() = default;
  };
  list<local_value>& locals() noexcept { return locals_; }

 protected:
  explicit green_thread(scheduler& home) noexcept
      : runnable(&green_thread::run), kill_post_(*this), home_(&home) {}
  virtual ~green_thread();

  /// Calls the function: leaves its coroutine in continuation_, or its result
  /// stored and body_done. What it throws is the error.
  virtual void begin() = 0;
  /// Moves the result out of the coroutine, destroys it and the arguments.
  /// Throws what the coroutine threw.
  virtual void collect() = 0;
  /// Destroys the coroutine and the arguments, wherever they stand.
  virtual void discard() noexcept = 0;

 private:
  struct kill_reason final : interrupt {
    std::exception_ptr exception() noexcept override {
      return std::make_exception_ptr(killed());
    }
  };
  struct kill_message : runnable {
    explicit kill_message(green_thread& t)
        : runnable(&kill_message::deliver), target(t) {}
    static void deliver(runnable& r);
    green_thread& target;
    std::atomic<bool> under_way = false;
  };

  static void run(runnable& r);
  void go();
  void end(bool never_started) noexcept;
  void kill_here() noexcept;
  void destroy() noexcept;

  friend class suspension;

  std::coroutine_handle<> continuation_;  // what the resume loop goes on with
  promise_base* leaf_ = nullptr;  // the innermost coroutine, once parked
  suspension* waiting_ = nullptr;
  list<interrupt> interrupts_;
  std::exception_ptr claimed_;
  kill_reason kill_reason_;
  kill_message kill_post_;
  scheduler* home_;
  std::uint64_t id_ = 0;
  site spawned_at_;
  std::int64_t spawned_when_ = 0;
  std::string name_;
  list<local_value> locals_;
  wait_queue joiners_;
  std::exception_ptr error_;
  std::atomic<unsigned> refs_ = 1;
  std::atomic<outcome> outcome_ = outcome::pending;
  std::atomic<bool> error_taken_ = false;
  std::uint8_t raised_ = 0;
  unsigned shields_ = 0;
  unsigned timeouts_ = 0;
  unsigned at_once_ = 0;  // waits in a row that were over at once
  bool started_ = false;
  bool scheduled_ = false;  // unstarted, and in the ready queue
  bool body_done_ = false;
  bool adopted_ = false;
  bool abandoned_ = false;
  bool kill_claimed_ = false;  // about to be thrown, or to end the unstarted
};

/// While it lives, no interrupt reaches the green thread that made it.
class shield {
 public:
  shield() noexcept : thread_(*scheduler::here()->current()) {
    thread_.add_shield();
  }
  shield(const shield&) = delete;
  shield& operator=(const shield&) = delete;
  ~shield() { thread_.remove_shield(); }

 private:
  green_thread& thread_;
};

/// Where errors go that nobody takes. Green threads call it when the last
/// handle goes; set once by the layer above.
using error_reporter = void (*)(green_thread&, const std::exception_ptr&);
void set_error_reporter(error_reporter report) noexcept;

}  // namespace green::core
