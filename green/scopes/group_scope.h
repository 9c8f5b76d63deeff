// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <memory>
#include <string>
#include <utility>

#include "green/core/runnable.h"
#include "green/core/suspension.h"
#include "green/core/thread_ref.h"
#include "green/core/wait_queue.h"
#include "green/pool.h"

namespace green {

/// The members of a group with a scope, and the green thread of its body. Ends
/// of members may come from any hub.
class scope_state final : public group_state {
 public:
  scope_state() noexcept : group_state("group", unlimited) {}

  /// The body is about to start. At the end of all, `over` is woken.
  void begin(core::thread_ref body, core::waiter& over) noexcept;
  void body_ended() noexcept;
  /// An interrupt has come, and all are to be killed. False if a failure or the
  /// end of all came first.
  bool interrupt() noexcept;
  void kill_all() noexcept;

  // When all have ended:

  /// The body or the member that failed first; or null.
  core::thread_ref take_failed() noexcept;
  bool over() noexcept;
  /// The wait is over, or has never begun.
  void end() noexcept;

 private:
  change member_left(core::green_thread& member, bool failed) noexcept override;
  void changed(change how) noexcept override;

  core::thread_ref body_;
  core::thread_ref failed_;
  core::waiter* waiter_ = nullptr;
  bool body_lives_ = false;
};

/// A group that with_group has made. Its memory is used for nothing but such
/// groups, so that a reference to one whose scope has ended meets an error.
class scope_group final : public group {
 public:
  explicit scope_group(std::shared_ptr<scope_state> state) noexcept
      : group(std::move(state)) {}

  scope_state& scope() const noexcept {
    return static_cast<scope_state&>(*state_);
  }

  /// Takes the place of one whose scope ended long ago.
  static scope_group* make();
  static void retire(scope_group* ended) noexcept;

  scope_group* later = nullptr;  // the next one that has ended
};

/// Runs the body of a scope in a green thread of its own, and waits until the
/// body and all members have ended. An interrupt kills all, and is thrown then.
class scope_wait : public core::suspension {
 public:
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    return suspend(awaiting.promise(), where);
  }

  void cancel() noexcept final;
  void describe(std::string& out) const final;

 protected:
  explicit scope_wait(const core::site& from);
  ~scope_wait();

  /// Makes the green thread of the body, but does not start it.
  virtual core::thread_ref make_body(group& members) = 0;

  /// To be called first when the wait is over. Throws the interrupt, or the
  /// first error. Else gives the green thread of the body, which has a value.
  core::green_thread& finish();

 private:
  struct body_end : core::waiter {
    explicit body_end(scope_wait& w) noexcept
        : waiter(&body_end::ended), owner(w) {}
    static void ended(core::waiter& w);
    scope_wait& owner;
  };
  struct all_ended : core::waiter, core::runnable {
    explicit all_ended(scope_wait& w) noexcept
        : waiter(&all_ended::tell), runnable(&all_ended::arrive), owner(w) {}
    static void tell(core::waiter& w);
    static void arrive(core::runnable& r);
    scope_wait& owner;
  };

  bool start() final;
  void end() noexcept;

  scope_group* const group_;
  const core::site from_;
  core::thread_ref body_;
  body_end body_end_{*this};
  all_ended all_ended_{*this};
  bool interrupted_ = false;
};

}  // namespace green
