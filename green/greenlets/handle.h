// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "green/choices/case.h"
#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/core/type_id.h"
#include "green/greenlets/joining.h"
#include "green/greenlets/linking.h"
#include "green/task.h"

namespace green {

using core::deadline;

/// An exception for kill. A duration or a point in time is no exception, but
/// the deadline of a kill.
template <class Error>
concept thrown_by_kill = !std::is_convertible_v<Error, deadline> &&
                         !std::is_same_v<std::decay_t<Error>, std::nullptr_t> &&
                         std::is_copy_constructible_v<std::decay_t<Error>>;

/// The end, and the value, of a green thread as cases of choose.
using end_case = choice_case<join_wait<void>, core::thread_ref, void>;
template <class T>
using value_case = choice_case<get_wait<T>, core::thread_ref, T>;

/// A handle of a green thread of any result type. Copyable; when the last
/// handle goes, the green thread goes on by itself. May be used from any
/// thread, but for link and name.
class any_greenlet {
 public:
  any_greenlet() noexcept = default;
  /// A handle of this green thread.
  explicit any_greenlet(core::thread_ref state) noexcept
      : state_(std::move(state)) {}

  /// Waits for the end, whatever it was.
  join_wait<void> join() const { return join_wait<void>(state_); }
  /// The same up to a deadline; false when it passed first.
  join_wait<bool> join(deadline until) const {
    return join_wait<bool>(state_, until);
  }
  /// join as a case of choose.
  end_case join_case() const noexcept { return end_case(state_); }
  /// Throws killed at its current await, and waits until it is dead.
  join_wait<void> kill() const {
    kill_nowait();
    return join();
  }
  /// The same up to a deadline; false when it still lives then.
  join_wait<bool> kill(deadline until) const {
    kill_nowait();
    return join(until);
  }
  /// gevent.Greenlet.kill(block=False): kills, and does not wait.
  void kill_nowait() const noexcept { state_->kill(); }

  /// gevent.Greenlet.kill(exception): throws this exception in place of killed,
  /// once for each call. One that it ends with is its error. An exception_ptr
  /// gives the exception that it holds.
  template <thrown_by_kill Error>
  join_wait<void> kill(Error&& error) const {
    kill_nowait(std::forward<Error>(error));
    return join();
  }
  template <thrown_by_kill Error>
  join_wait<bool> kill(Error&& error, deadline until) const {
    kill_nowait(std::forward<Error>(error));
    return join(until);
  }
  template <thrown_by_kill Error>
  void kill_nowait(Error&& error) const {
    if constexpr (std::is_same_v<std::decay_t<Error>, std::exception_ptr>) {
      state_->kill_with(std::forward<Error>(error));
    } else {
      state_->kill_with(std::make_exception_ptr(std::forward<Error>(error)));
    }
  }

  /// gevent.Greenlet.started: has it begun?
  bool started() const noexcept { return state_->started(); }
  /// gevent.Greenlet.ready: has it ended?
  bool ready() const noexcept { return state_->finished(); }
  /// gevent.Greenlet.dead: the same.
  bool dead() const noexcept { return ready(); }
  /// It ended with a value, or because it was killed.
  bool successful() const noexcept {
    return ready() && state_->how() != core::green_thread::outcome::error;
  }
  /// Did a kill end it?
  bool was_killed() const noexcept {
    return state_->how() == core::green_thread::outcome::killed;
  }
  /// Started and not ended.
  explicit operator bool() const noexcept {
    return state_ && started() && !ready();
  }
  /// Is there a green thread behind this handle?
  bool valid() const noexcept { return static_cast<bool>(state_); }

  /// The very object that left it; null when none did.
  std::exception_ptr exception() const noexcept {
    return ready() ? state_->error() : nullptr;
  }

  /// Throws what left it, if something did.
  void rethrow() const;

  /// gevent.Greenlet.name: "greenlet-7", unless it was set.
  std::string name() const { return here().name(); }
  /// Sets the name.
  void set_name(std::string name) const { here().set_name(std::move(name)); }
  /// A number that no other green thread of the process has.
  std::uint64_t id() const noexcept { return state_->id(); }

  /// Runs f(handle), or f(), on the hub when it has ended; in the order of
  /// linking, never inline. An f that gives a task runs as a green thread.
  template <class F>
  link_id link(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::end, from);
  }
  template <class F>
  link_id link_value(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::value, from);
  }
  template <class F>
  link_id link_exception(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::exception, from);
  }
  /// gevent.Greenlet.unlink: takes a link back, by the name that link gave.
  /// False when there is no such link, or it has ended: then f runs.
  bool unlink(link_id id) const { return remove_link(here(), id); }
  /// The same for the first link of an equal function: a function pointer, or
  /// std::ref of the same object.
  template <class F>
  bool unlink(const F& f) const {
    const std::decay_t<const F&> function = f;
    return remove_link(here(), core::type_id::of<std::decay_t<const F&>>(),
                       &function);
  }

  bool operator==(const any_greenlet&) const noexcept = default;

  /// For the library.
  core::green_thread& state() const noexcept { return *state_; }

 protected:
  template <class Handle, class F>
  static link_id add_link(const Handle& handle, F f, link_on when,
                          const core::site& from) {
    (void)handle.here();
    if constexpr (std::is_invocable_v<F&, Handle&> || std::is_invocable_v<F&>) {
      return green::add_link(handle.state_,
                             std::make_unique<link_function<Handle, F>>(
                                 std::move(f), handle, from),
                             when);
    } else {
      core::direct_call<F&>::refuse();
      return {};
    }
  }

  core::thread_ref state_;

 private:
  core::green_thread& here() const noexcept {
    assert(state_->usable_here());
    return *state_;
  }
};

/// A handle of a green thread that gives a T.
template <class T = void>
class greenlet : public any_greenlet {
 public:
  using value_type = T;

  greenlet() noexcept = default;
  /// A handle of this green thread, which gives a T.
  explicit greenlet(core::thread_ref state) noexcept
      : any_greenlet(std::move(state)) {}

  /// Waits for the end; its value, or throws its exception. A value that can't
  /// be copied is moved out. Of a killed one: greenlet_exit, unless T is void.
  get_wait<T> get() const { return get_wait<T>(state_); }
  /// Throws timed_out when the deadline passes first.
  get_wait<T> get(deadline until) const { return get_wait<T>(state_, until); }

  /// get as a case of choose.
  value_case<T> get_case() const noexcept { return value_case<T>(state_); }

  /// The value; null while there is none.
  auto* value() const noexcept
    requires(!std::is_void_v<T>)
  {
    return static_cast<core::result_of<T>&>(*state_).value();
  }

  template <class F>
  link_id link(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::end, from);
  }
  template <class F>
  link_id link_value(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::value, from);
  }
  template <class F>
  link_id link_exception(F f, core::site from = core::site::current()) const {
    return add_link(*this, std::move(f), link_on::exception, from);
  }
};

}  // namespace green
