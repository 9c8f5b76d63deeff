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

/// Starts green threads, the branches, and waits until every one has ended. So
/// they may use objects of the coroutine that awaits. An interrupt is passed on
/// to the branches as a kill, and is thrown when they have ended. A result that
/// is complete in spite of the interrupt is delivered first.
class branches_wait : public core::suspension {
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
  /// The branch that ends the others: one that fails, or the first that ends.
  enum class policy : unsigned char { all, any };

  struct branch : core::waiter {
    branch() noexcept : waiter(&branch::ended) {}
    static void ended(core::waiter& w);
    bool has_value() const noexcept;

    core::thread_ref thread;
    branches_wait* parent = nullptr;
    std::size_t order = 0;  // of ending, from 1
    bool gives = true;      // its result is more than that it has ended
  };

  /// `from` is the line that spawns the branches; by default, the line of the
  /// await.
  branches_wait(const char* what, policy rule,
                const core::site& from = core::site()) noexcept
      : what_(what), rule_(rule), from_(from) {}
  ~branches_wait();

  /// Makes the green threads, but does not start them.
  virtual std::span<branch> make_branches() = 0;
  bool needs_one() const noexcept { return rule_ == policy::any; }

  /// To be called first when the wait is over. Throws the interrupt.
  void finish() { check_interrupt(); }
  /// The same for when_all. If a branch ended without a value, throws the end
  /// of the first such branch.
  void finish_all();
  /// The same for when_any. Returns the first branch that ended with a value.
  /// If there is none, throws the end of the first branch. In a tie, a branch
  /// that gives something goes before one that gives nothing, such as a sleep.
  branch& finish_any();

  const core::site& spawned_from() const noexcept { return from_; }

 private:
  bool start() override;
  void one_ended(branch& b) noexcept;
  void kill_branches() noexcept;
  bool complete() const noexcept;
  branch* first(bool with_value) const noexcept;

  const char* const what_;
  const policy rule_;
  bool failed_ = false;       // or decided: the rest were killed
  bool interrupted_ = false;  // before that
  std::span<branch> branches_;
  std::size_t left_ = 0;
  core::site from_;
};

}  // namespace green
