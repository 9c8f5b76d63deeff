// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "green/core/deadline.h"
#include "green/core/green_thread.h"

// An overload for each number of arguments: a default argument can tell the
// caller's line only after a fixed number of others.

namespace green {

/// spawn(f, args...) of a class that has spawn_at(line, f, args...).
template <class Self>
class spawn_overloads {
 public:
  /// gevent's spawn: f(args...) as a green thread; f, a function that returns a
  /// task or a plain one, and args are copied first.
  template <class F>
  auto spawn(F&& f, core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f));
  }
  template <class F, class A>
  auto spawn(F&& f, A&& a, core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a));
  }
  template <class F, class A, class B>
  auto spawn(F&& f, A&& a, B&& b, core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                           std::forward<B>(b));
  }
  template <class F, class A, class B, class C>
  auto spawn(F&& f, A&& a, B&& b, C&& c,
             core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                           std::forward<B>(b), std::forward<C>(c));
  }
  template <class F, class A, class B, class C, class D>
  auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d,
             core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                           std::forward<B>(b), std::forward<C>(c),
                           std::forward<D>(d));
  }
  template <class F, class A, class B, class C, class D, class E>
  auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
             core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                           std::forward<B>(b), std::forward<C>(c),
                           std::forward<D>(d), std::forward<E>(e));
  }
  template <class F, class A, class B, class C, class D, class E, class G>
  auto spawn(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e, G&& g,
             core::site from = core::site::current()) {
    return self().spawn_at(from, std::forward<F>(f), std::forward<A>(a),
                           std::forward<B>(b), std::forward<C>(c),
                           std::forward<D>(d), std::forward<E>(e),
                           std::forward<G>(g));
  }
  /// With more arguments, the line is not known.
  template <class F, class... Args>
    requires(sizeof...(Args) > 6)
  auto spawn(F&& f, Args&&... args) {
    return self().spawn_at(core::site(), std::forward<F>(f),
                           std::forward<Args>(args)...);
  }

 protected:
  spawn_overloads() noexcept = default;
  ~spawn_overloads() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// spawn_nowait(f, args...) and spawn_for(deadline, f, args...) of a class that
/// has spawn_nowait_at(line, ...) and spawn_for_at(line, deadline, ...).
template <class Self>
class bounded_spawn_overloads {
 public:
  /// spawn without waiting for a place: throws pool_full when there is none.
  template <class F>
  auto spawn_nowait(F&& f, core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f));
  }
  template <class F, class A>
  auto spawn_nowait(F&& f, A&& a, core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a));
  }
  template <class F, class A, class B>
  auto spawn_nowait(F&& f, A&& a, B&& b,
                    core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a),
                                  std::forward<B>(b));
  }
  template <class F, class A, class B, class C>
  auto spawn_nowait(F&& f, A&& a, B&& b, C&& c,
                    core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a),
                                  std::forward<B>(b), std::forward<C>(c));
  }
  template <class F, class A, class B, class C, class D>
  auto spawn_nowait(F&& f, A&& a, B&& b, C&& c, D&& d,
                    core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a),
                                  std::forward<B>(b), std::forward<C>(c),
                                  std::forward<D>(d));
  }
  template <class F, class A, class B, class C, class D, class E>
  auto spawn_nowait(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
                    core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a),
                                  std::forward<B>(b), std::forward<C>(c),
                                  std::forward<D>(d), std::forward<E>(e));
  }
  template <class F, class A, class B, class C, class D, class E, class G>
  auto spawn_nowait(F&& f, A&& a, B&& b, C&& c, D&& d, E&& e, G&& g,
                    core::site from = core::site::current()) {
    return self().spawn_nowait_at(from, std::forward<F>(f), std::forward<A>(a),
                                  std::forward<B>(b), std::forward<C>(c),
                                  std::forward<D>(d), std::forward<E>(e),
                                  std::forward<G>(g));
  }
  template <class F, class... Args>
    requires(sizeof...(Args) > 6)
  auto spawn_nowait(F&& f, Args&&... args) {
    return self().spawn_nowait_at(core::site(), std::forward<F>(f),
                                  std::forward<Args>(args)...);
  }

  /// spawn that waits for a place until a deadline, and then throws pool_full.
  template <class F>
  auto spawn_for(core::deadline until, F&& f,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f));
  }
  template <class F, class A>
  auto spawn_for(core::deadline until, F&& f, A&& a,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f),
                               std::forward<A>(a));
  }
  template <class F, class A, class B>
  auto spawn_for(core::deadline until, F&& f, A&& a, B&& b,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f),
                               std::forward<A>(a), std::forward<B>(b));
  }
  template <class F, class A, class B, class C>
  auto spawn_for(core::deadline until, F&& f, A&& a, B&& b, C&& c,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f),
                               std::forward<A>(a), std::forward<B>(b),
                               std::forward<C>(c));
  }
  template <class F, class A, class B, class C, class D>
  auto spawn_for(core::deadline until, F&& f, A&& a, B&& b, C&& c, D&& d,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f),
                               std::forward<A>(a), std::forward<B>(b),
                               std::forward<C>(c), std::forward<D>(d));
  }
  template <class F, class A, class B, class C, class D, class E>
  auto spawn_for(core::deadline until, F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
                 core::site from = core::site::current()) {
    return self().spawn_for_at(
        from, until, std::forward<F>(f), std::forward<A>(a), std::forward<B>(b),
        std::forward<C>(c), std::forward<D>(d), std::forward<E>(e));
  }
  template <class F, class A, class B, class C, class D, class E, class G>
  auto spawn_for(core::deadline until, F&& f, A&& a, B&& b, C&& c, D&& d, E&& e,
                 G&& g, core::site from = core::site::current()) {
    return self().spawn_for_at(from, until, std::forward<F>(f),
                               std::forward<A>(a), std::forward<B>(b),
                               std::forward<C>(c), std::forward<D>(d),
                               std::forward<E>(e), std::forward<G>(g));
  }
  template <class F, class... Args>
    requires(sizeof...(Args) > 6)
  auto spawn_for(core::deadline until, F&& f, Args&&... args) {
    return self().spawn_for_at(core::site(), until, std::forward<F>(f),
                               std::forward<Args>(args)...);
  }

 protected:
  bounded_spawn_overloads() noexcept = default;
  ~bounded_spawn_overloads() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

}  // namespace green
