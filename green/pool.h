// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "green/children.h"
#include "green/core/deadline.h"
#include "green/group_base.h"
#include "green/group_state.h"
#include "green/handle.h"
#include "green/spawn_overloads.h"
#include "green/task.h"

namespace green {

/// gevent.pool.PoolFull: a pool had no place, and was not to be waited for, or
/// not for so long.
class pool_full : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// gevent.pool.Group: green threads to be waited for, or killed, together.
class group : public group_base, public spawn_overloads<group> {
 public:
  group();

  /// gevent.pool.Group.add: a green thread that runs already, of any hub.
  void add(const any_greenlet& g);

  template <class F, class... Args>
  spawned_by<F, Args...> spawn_at(const core::site& from, F&& f,
                                  Args&&... args) {
    const new_member made =
        make_member(std::forward<F>(f), std::forward<Args>(args)...);
    made.enter(state_, false);
    made.thread->launch(from);
    return spawned_by<F, Args...>(made.thread);
  }
};

/// Runs a green thread in the place of the member that waits for it.
class lent_wait final : public children_wait {
 public:
  lent_wait(new_member made, group_ref group, const core::site& from) noexcept
      : children_wait("green thread in one's own place", policy::all, from),
        made_(std::move(made)),
        group_(std::move(group)) {}
  ~lent_wait() = default;

  void await_resume() { finish(); }

 private:
  std::span<child> make_children() override {
    made_.enter(group_, false);
    child_.thread = made_.thread;
    return {&child_, 1};
  }

  new_member made_;
  group_ref group_;
  child child_;
};

/// gevent.pool.Pool: a group of at most `places` members at once.
///
/// `co_await p.spawn(f, args...)` waits for a place, first come first served,
/// and gives the greenlet. A member that spawns into its own full pool does not
/// wait, perhaps for its own end: the new green thread runs in the member's
/// place, and spawn gives it when it has ended; if the member is killed
/// meanwhile, so is that. The same holds for map and imap. A place that was
/// given cannot be lost: a kill that comes later is thrown at the next await.
class pool : public group_base,
             public spawn_overloads<pool>,
             public bounded_spawn_overloads<pool> {
 public:
  explicit pool(std::size_t places);

  /// The places that are free now.
  std::size_t free_count() const noexcept { return state_->free_places(); }
  bool full() const noexcept { return free_count() == 0; }
  /// How many there are.
  std::size_t places() const noexcept { return state_->limit(); }

  template <class F, class... Args>
  task<spawned_by<F, Args...>> spawn_at(const core::site& from, F&& f,
                                        Args&&... args) {
    return admit(state_, from, core::deadline::never(), std::forward<F>(f),
                 std::forward<Args>(args)...);
  }

  template <class F, class... Args>
  task<spawned_by<F, Args...>> spawn_for_at(const core::site& from,
                                            core::deadline until, F&& f,
                                            Args&&... args) {
    return admit(state_, from, until, std::forward<F>(f),
                 std::forward<Args>(args)...);
  }

  template <class F, class... Args>
  spawned_by<F, Args...> spawn_nowait_at(const core::site& from, F&& f,
                                         Args&&... args) {
    if (!state_->take_place()) throw_full(*state_);
    held_place place(*state_, admission::place);
    const new_member made =
        make_member(std::forward<F>(f), std::forward<Args>(args)...);
    made.enter(state_, place.take());
    made.thread->launch(from);
    return spawned_by<F, Args...>(made.thread);
  }

 private:
  [[noreturn]] static void throw_full(const group_state& state);

  template <class F, class... Args>
  static task<spawned_by<F, Args...>> admit(group_ref group, core::site from,
                                            core::deadline until, F f,
                                            Args... args) {
    const admission got = co_await place_wait(group, until);
    if (got == admission::none) throw_full(*group);
    held_place place(*group, got);
    const new_member made = make_member(std::move(f), std::move(args)...);
    if (got == admission::lent) {
      co_await lent_wait(made, group, from);
    } else {
      made.enter(group, place.take());
      made.thread->launch(from);
    }
    co_return spawned_by<F, Args...>(made.thread);
  }
};

}  // namespace green
