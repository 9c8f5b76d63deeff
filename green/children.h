// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <span>
#include <string>

#include "green/core/suspension.h"
#include "green/core/thread_ref.h"

namespace green {

/// Throws what a green thread ended with that has no value.
[[noreturn]] void throw_end_of(core::green_thread& thread);

/// Starts green threads and waits until every one has ended, however that
/// comes: they may use what lives in the coroutine that awaits. An interrupt is
/// passed on to them as a kill, and thrown when they have ended; but a result
/// that is complete in spite of it is delivered first.
class children_wait : public core::suspension {
 public:
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    if (from_.line() == 0) from_ = where;
    return suspend(awaiting.promise(), where);
  }

  void cancel() noexcept final;
  void describe(std::string& out) const final;

 protected:
  /// What ends the others: one that fails, or the first that ends.
  enum class policy : unsigned char { all, any };

  struct child : core::waiter {
    child() noexcept : waiter(&child::ended) {}
    static void ended(core::waiter& w);
    bool has_value() const noexcept;

    core::thread_ref thread;
    children_wait* parent = nullptr;
    std::size_t order = 0;  // of ending, from 1
  };

  /// `from`: the line that spawns them; if not given, the one that awaits.
  children_wait(const char* what, policy rule,
                const core::site& from = core::site()) noexcept
      : what_(what), rule_(rule), from_(from) {}
  ~children_wait();

  /// Makes the green threads, but does not start them.
  virtual std::span<child> make_children() = 0;
  bool needs_one() const noexcept { return rule_ == policy::any; }

  /// To be called first when the wait is over. Throws the interrupt.
  void finish() { check_interrupt(); }
  /// The same for when_all: throws what the first to end without a value ended
  /// with, if one did.
  void finish_all();
  /// The same for when_any: the first to end with a value; if there is none,
  /// throws what the first to end ended with.
  child& finish_any();

  const core::site& spawned_from() const noexcept { return from_; }

 private:
  bool start() override;
  void one_ended(child& c) noexcept;
  void kill_children() noexcept;
  bool complete() const noexcept;
  child* first(bool with_value) const noexcept;

  const char* const what_;
  const policy rule_;
  bool failed_ = false;       // or decided: the rest were killed
  bool interrupted_ = false;  // before that
  std::span<child> children_;
  std::size_t left_ = 0;
  core::site from_;
};

}  // namespace green
