// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/spawned.h"
#include "green/handle.h"
#include "green/hub/this_hub.h"

namespace green {

/// spawn with the line to be named in reports.
template <class F, class... Args>
auto spawn_at(const core::site& from, F&& f, Args&&... args) {
  using state = core::spawned<std::decay_t<F>, std::decay_t<Args>...>;
  auto made = core::thread_ref::adopt(new state(
      hub::this_hub(), std::forward<F>(f), std::forward<Args>(args)...));
  made->launch(from);
  return greenlet<typename state::value_type>(std::move(made));
}

template <class F, class... Args>
auto spawn_later_at(const core::site& from, deadline start, F&& f,
                    Args&&... args) {
  using state = core::spawned_later<std::decay_t<F>, std::decay_t<Args>...>;
  state* const body = new state(hub::this_hub(), std::forward<F>(f),
                                std::forward<Args>(args)...);
  auto made = core::thread_ref::adopt(body);
  body->launch_at(start, from);
  return greenlet<typename state::value_type>(std::move(made));
}

// An overload for each number of arguments: a default argument can tell the
// caller's line only after a fixed number of others.

/// Starts f(args...) as a green thread at the hub's next turn. f, a function
/// that returns a task or a plain one, and args are copied into it first.
template <class F>
auto spawn(F&& f, core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f));
}
template <class F, class A>
auto spawn(F&& f, A&& a, core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a));
}
template <class F, class A, class B>
auto spawn(F&& f, A&& a, B&& b, core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                  std::forward<B>(b));
}
template <class F, class A, class B, class C>
auto spawn(F&& f, A&& a, B&& b, C&& c,
           core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                  std::forward<B>(b), std::forward<C>(c));
}
template <class F, class A, class B, class C, class D>
auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d,
           core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                  std::forward<B>(b), std::forward<C>(c), std::forward<D>(d));
}
template <class F, class A, class B, class C, class D, class E>
auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
           core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                  std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                  std::forward<E>(e));
}
template <class F, class A, class B, class C, class D, class E, class G>
auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e, G&& g,
           core::site from = core::site::current()) {
  return spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                  std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                  std::forward<E>(e), std::forward<G>(g));
}

/// With more arguments, the line is not known.
template <class F, class... Args>
  requires(sizeof...(Args) > 6)
auto spawn(F&& f, Args&&... args) {
  return spawn_at(core::site(), std::forward<F>(f),
                  std::forward<Args>(args)...);
}

/// The same, a delay later. Killed before, it never starts.
template <class F>
auto spawn_later(deadline start, F&& f,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f));
}
template <class F, class A>
auto spawn_later(deadline start, F&& f, A&& a,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a));
}
template <class F, class A, class B>
auto spawn_later(deadline start, F&& f, A&& a, B&& b,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a),
                        std::forward<B>(b));
}
template <class F, class A, class B, class C>
auto spawn_later(deadline start, F&& f, A&& a, B&& b, C&& c,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a),
                        std::forward<B>(b), std::forward<C>(c));
}
template <class F, class A, class B, class C, class D>
auto spawn_later(deadline start, F&& f, A&& a, B&& b, C&& c, D&& d,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a),
                        std::forward<B>(b), std::forward<C>(c),
                        std::forward<D>(d));
}
template <class F, class A, class B, class C, class D, class E>
auto spawn_later(deadline start, F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
                 core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a),
                        std::forward<B>(b), std::forward<C>(c),
                        std::forward<D>(d), std::forward<E>(e));
}
template <class F, class A, class B, class C, class D, class E, class G>
auto spawn_later(deadline start, F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
                 G&& g, core::site from = core::site::current()) {
  return spawn_later_at(from, start, std::forward<F>(f), std::forward<A>(a),
                        std::forward<B>(b), std::forward<C>(c),
                        std::forward<D>(d), std::forward<E>(e),
                        std::forward<G>(g));
}
template <class F, class... Args>
  requires(sizeof...(Args) > 6)
auto spawn_later(deadline start, F&& f, Args&&... args) {
  return spawn_later_at(core::site(), start, std::forward<F>(f),
                        std::forward<Args>(args)...);
}

}  // namespace green
