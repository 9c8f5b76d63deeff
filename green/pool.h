// SPDX-License-Identifier: MIT
//
// gevent.pool: green threads to be waited for, or killed, together.
//
//   green::pool few(10);                          // at most ten at once
//   for (int i = 0; i < 100; ++i) {
//     co_await few.spawn([i] { std::printf("%d\n", i); });
//   }
//   co_await few.join();
//   auto twice = [](int n) -> green::task<int> { co_return 2 * n; };
//   std::vector<int> numbers = {1, 2, 3};
//   std::vector<int> doubled = co_await few.map(twice, numbers);
//
// A kill or timeout that ends map kills the members that map has started; every
// other wait leaves the members alone (docs/contract.md). A group may be used
// from any hub. Its members run on the hubs that spawned them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "green/core/deadline.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawn_overloads.h"
#include "green/joins/branches.h"
#include "green/pools/group_base.h"
#include "green/pools/group_state.h"
#include "green/task.h"

namespace green {

/// gevent.pool.PoolFull: a pool had no place, now or until the deadline.
class pool_full : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// gevent.pool.Group: any number of green threads.
class group : public group_base, public spawn_overloads<group> {
 public:
  /// A group without members.
  group();

  /// gevent.pool.Group.add: makes a member of a green thread that runs already,
  /// on any hub.
  void add(const any_greenlet& g);

  /// spawn with the line to be named in reports.
  template <class F, class... Args>
  spawned_by<F, Args...> spawn_at(const core::site& from, F&& f,
                                  Args&&... args) {
    const new_member made =
        make_member(std::forward<F>(f), std::forward<Args>(args)...);
    if (!made.enter(state_, false)) group_state::throw_ended();
    made.thread->launch(from);
    if (state_->ending()) made.thread->kill();
    return spawned_by<F, Args...>(made.thread);
  }

 protected:
  /// The group of a scope.
  explicit group(group_ref state) noexcept : group_base(std::move(state)) {}
};

/// Runs a green thread in the place of the member that waits for it.
class lent_wait final : public branches_wait {
 public:
  lent_wait(new_member made, group_ref group, const core::site& from) noexcept
      : branches_wait("green thread in one's own place", policy::all, from),
        made_(std::move(made)),
        group_(std::move(group)) {}
  ~lent_wait() = default;

  void await_resume() { finish(); }

 private:
  std::span<branch> make_branches() override {
    made_.enter(group_, false);
    branch_.thread = made_.thread;
    return {&branch_, 1};
  }

  new_member made_;
  group_ref group_;
  branch branch_;
};

/// gevent.pool.Pool: a group of at most `places` members at once.
///
/// `co_await p.spawn(f, args...)` waits for a place, first come first served,
/// and returns the greenlet. A member that spawns into its own full pool would
/// wait for its own end. So the new green thread runs in the member's place,
/// and spawn returns when it has ended; a kill of the member kills it too. The
/// same holds for map and imap.
class pool : public group_base,
             public spawn_overloads<pool>,
             public bounded_spawn_overloads<pool> {
 public:
  /// A pool without members.
  explicit pool(std::size_t places);

  /// gevent.pool.Pool.free_count: the places that are free now.
  std::size_t free_count() const noexcept { return state_->free_places(); }
  /// gevent.pool.Pool.full: is no place free?
  bool full() const noexcept { return free_count() == 0; }
  /// The number of places, free or not.
  std::size_t places() const noexcept { return state_->limit(); }

  /// eventlet.GreenPool.resize: changes the number of places. With more, as
  /// many of those that wait get one. With fewer, the members that are too many
  /// go on, and nobody gets a place until enough of them have ended.
  void resize(std::size_t places) noexcept { state_->resize(places); }

  /// spawn with the line to be named in reports.
  template <class F, class... Args>
  task<spawned_by<F, Args...>> spawn_at(const core::site& from, F&& f,
                                        Args&&... args) {
    return admit<spawned_by<F, Args...>>(
        state_, from, core::deadline::never(),
        make_member(std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// spawn_for with that line: throws pool_full at the deadline.
  template <class F, class... Args>
  task<spawned_by<F, Args...>> spawn_for_at(const core::site& from,
                                            core::deadline until, F&& f,
                                            Args&&... args) {
    return admit<spawned_by<F, Args...>>(
        state_, from, until,
        make_member(std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// spawn_nowait with that line: throws pool_full if no place is free.
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
  [[noreturn]] static void throw_full(group_state& state);

  template <class Greenlet>
  static task<Greenlet> admit(group_ref group, core::site from,
                              core::deadline until, new_member made) {
    const admission got = co_await place_wait(group, until);
    if (got == admission::none) throw_full(*group);
    held_place place(*group, got);
    if (got == admission::lent) {
      co_await lent_wait(made, group, from);
    } else {
      made.enter(group, place.take());
      made.thread->launch(from);
    }
    co_return Greenlet(made.thread);
  }
};

}  // namespace green
