// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"

// A call that starts a green thread takes the caller's line as a default
// argument. A parameter pack can have no default argument behind it. So a call
// knows its line with up to three arguments for f, each of which may be absent,
// and a second overload takes more arguments without a line.

namespace green {

/// Stands for an argument that the caller did not give.
struct absent {
  explicit absent() = default;
};

template <class A>
inline constexpr bool is_absent = std::is_same_v<A, absent>;
template <class A>
inline constexpr bool is_line =
    std::is_same_v<std::remove_cvref_t<A>, core::site>;

/// More arguments for f than a call with a line takes.
template <class... Args>
concept many_arguments = sizeof...(Args) > 3;

/// Call<F, Args...> with those of the arguments that were given.
template <template <class, class...> class Call, class F, class A, class B,
          class C>
consteval auto find_given_call() {
  if constexpr (!is_absent<C> && !is_line<C>) {
    return std::type_identity<Call<F, A, B, C>>();
  } else if constexpr (!is_absent<B> && !is_line<B>) {
    return std::type_identity<Call<F, A, B>>();
  } else if constexpr (!is_absent<A> && !is_line<A>) {
    return std::type_identity<Call<F, A>>();
  } else {
    return std::type_identity<Call<F>>();
  }
}
template <template <class, class...> class Call, class F, class A, class B,
          class C>
using given_call_of =
    typename decltype(find_given_call<Call, F, A, B, C>())::type;
template <class F, class A, class B, class C>
using given_call = given_call_of<core::kept_call, F, A, B, C>;

/// Calls call(line, args...) with those of the arguments that were given. If
/// the last of them is a line, it takes the place of the caller's.
template <class A, class B, class C, class Call>
decltype(auto) call_with_given(const Call& call, const core::site& from, A& a,
                               B& b, C& c) {
  if constexpr (is_absent<A>) {
    return call(from);
  } else if constexpr (is_absent<B> && is_line<A>) {
    return call(a);
  } else if constexpr (is_absent<B>) {
    return call(from, std::forward<A>(a));
  } else if constexpr (is_absent<C> && is_line<B>) {
    return call(b, std::forward<A>(a));
  } else if constexpr (is_absent<C>) {
    return call(from, std::forward<A>(a), std::forward<B>(b));
  } else if constexpr (is_line<C>) {
    return call(c, std::forward<A>(a), std::forward<B>(b));
  } else {
    return call(from, std::forward<A>(a), std::forward<B>(b),
                std::forward<C>(c));
  }
}

/// spawn(f, args...) of a class that has spawn_at(line, f, args...). Call says
/// which functions the class can call.
template <class Self, template <class, class...> class Call = core::kept_call>
class spawn_overloads {
 public:
  /// gevent's spawn: f(args...) as a green thread; f, a function that returns a
  /// task or a plain one, and args are copied first.
  template <class F, class A = absent, class B = absent, class C = absent>
  auto spawn(F&& f, A&& a = absent(), B&& b = absent(), C&& c = absent(),
             core::site from = core::site::current()) {
    using checked = given_call_of<Call, F, A, B, C>;
    if constexpr (!checked::possible) {
      return self().spawn_at(from, checked::refuse());
    } else {
      const auto call = [&]<class... Args>(const core::site& line,
                                           Args&&... args) {
        return self().spawn_at(line, std::forward<F>(f),
                               std::forward<Args>(args)...);
      };
      return green::call_with_given<A, B, C>(call, from, a, b, c);
    }
  }
  template <class F, class... Args>
    requires many_arguments<Args...>
  auto spawn(F&& f, Args&&... args) {
    if constexpr (!Call<F, Args...>::possible) {
      return self().spawn_at(core::site(), Call<F, Args...>::refuse());
    } else {
      return self().spawn_at(core::site(), std::forward<F>(f),
                             std::forward<Args>(args)...);
    }
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
  template <class F, class A = absent, class B = absent, class C = absent>
  auto spawn_nowait(F&& f, A&& a = absent(), B&& b = absent(), C&& c = absent(),
                    core::site from = core::site::current()) {
    if constexpr (!given_call<F, A, B, C>::possible) {
      return self().spawn_nowait_at(from, given_call<F, A, B, C>::refuse());
    } else {
      const auto call = [&]<class... Args>(const core::site& line,
                                           Args&&... args) {
        return self().spawn_nowait_at(line, std::forward<F>(f),
                                      std::forward<Args>(args)...);
      };
      return green::call_with_given<A, B, C>(call, from, a, b, c);
    }
  }
  template <class F, class... Args>
    requires many_arguments<Args...>
  auto spawn_nowait(F&& f, Args&&... args) {
    if constexpr (!core::kept_call<F, Args...>::possible) {
      return self().spawn_nowait_at(core::site(),
                                    core::kept_call<F, Args...>::refuse());
    } else {
      return self().spawn_nowait_at(core::site(), std::forward<F>(f),
                                    std::forward<Args>(args)...);
    }
  }

  /// spawn that waits for a place until a deadline, and then throws pool_full.
  template <class F, class A = absent, class B = absent, class C = absent>
  auto spawn_for(core::deadline until, F&& f, A&& a = absent(),
                 B&& b = absent(), C&& c = absent(),
                 core::site from = core::site::current()) {
    if constexpr (!given_call<F, A, B, C>::possible) {
      return self().spawn_for_at(from, until, given_call<F, A, B, C>::refuse());
    } else {
      const auto call = [&]<class... Args>(const core::site& line,
                                           Args&&... args) {
        return self().spawn_for_at(line, until, std::forward<F>(f),
                                   std::forward<Args>(args)...);
      };
      return green::call_with_given<A, B, C>(call, from, a, b, c);
    }
  }
  template <class F, class... Args>
    requires many_arguments<Args...>
  auto spawn_for(core::deadline until, F&& f, Args&&... args) {
    if constexpr (!core::kept_call<F, Args...>::possible) {
      return self().spawn_for_at(core::site(), until,
                                 core::kept_call<F, Args...>::refuse());
    } else {
      return self().spawn_for_at(core::site(), until, std::forward<F>(f),
                                 std::forward<Args>(args)...);
    }
  }

 protected:
  bounded_spawn_overloads() noexcept = default;
  ~bounded_spawn_overloads() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

}  // namespace green
