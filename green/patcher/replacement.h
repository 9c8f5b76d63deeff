// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "green/patcher/gate.h"
#include "green/patcher/hook.h"
#include "green/patcher/made_thread.h"
#include "green/patcher/points.h"
#include "green/patcher/waits.h"

namespace green::patcher {

/// The name of a function as a template's argument.
template <std::size_t N>
struct name_of {
  constexpr name_of(const char (&name)[N]) { std::copy_n(name, N, text); }
  char text[N];
};

/// The C library's function of this name, with the type of F.
template <name_of Name, class F>
inline constinit F* original = nullptr;

/// On a fiber: the result of call(), made by the function of that name. If it
/// is one of the points, a thread's requests are looked at before and after.
template <name_of Name, class Call>
auto as_point(Call call) {
  constexpr const point* at = find_point(Name.text);
  if constexpr (at == nullptr) {
    return call();
  } else {
    made_thread* const me = this_fiber().thread();
    if (me == nullptr) return call();
    thread_events& events = me->events();
    for (;;) {
      events.begins();
      auto result = call();
      if (!events.ends(at->how)) return result;
    }
  }
}

template <class T>
constexpr bool is_address = std::is_convertible_v<T, const volatile void*>;

/// Is the argument the address of a thread-local?
template <class T>
bool is_among(const thread_locals& locals, T argument) noexcept {
  if constexpr (is_address<T>) {
    return locals.holds(
        const_cast<const void*>(static_cast<const volatile void*>(argument)));
  } else {
    return false;
  }
}

/// While it lives, the fiber's thread-locals stay where they are while it
/// waits.
class aside_scope {
 public:
  explicit aside_scope(thread_locals& locals) noexcept : locals_(locals) {
    locals_.set_aside(true);
  }
  aside_scope(const aside_scope&) = delete;
  aside_scope& operator=(const aside_scope&) = delete;
  ~aside_scope() { locals_.set_aside(false); }

  /// An address as it is there.
  template <class T>
  T moved(T argument) const noexcept {
    if constexpr (is_address<T>) {
      return static_cast<T>(locals_.parked(
          const_cast<void*>(static_cast<const volatile void*>(argument))));
    } else {
      return argument;
    }
  }
  /// The address of that thread-local otherwise.
  template <class T>
  T moved_back(T result) const noexcept {
    if constexpr (is_address<T>) {
      return static_cast<T>(locals_.live(
          const_cast<void*>(static_cast<const volatile void*>(result))));
    } else {
      return result;
    }
  }

 private:
  thread_locals& locals_;
};

/// The replacement: InFiber on a fiber, elsewhere the original.
template <name_of Name, class F, auto InFiber>
struct replacement;

template <name_of Name, class R, class... A, auto InFiber>
struct replacement<Name, R(A...), InFiber> {
  static R call(A... arguments) {
    if (!gate_open()) [[likely]] {
      return original<Name, R(A...)>(arguments...);
    }
    return as_point<Name>([&] { return on_fiber(arguments...); });
  }

  static R on_fiber(A... arguments) {
    thread_locals* const mine = this_fiber().locals();
    if (mine != nullptr && (is_among(*mine, arguments) || ...)) [[unlikely]] {
      return call_aside(*mine, arguments...);
    }
    return InFiber(arguments...);
  }

  // The kernel and the hub write to the place where thread-locals are while
  // the fiber waits.
  [[gnu::noinline]] static R call_aside(thread_locals& mine, A... arguments) {
    const aside_scope aside(mine);
    if constexpr (std::is_void_v<R>) {
      InFiber(aside.moved(arguments)...);
    } else {
      return aside.moved_back(InFiber(aside.moved(arguments)...));
    }
  }
};

/// On a fiber, awaits green's mirror of the function.
template <auto Mirror>
constexpr auto awaited = [](auto... arguments) {
  return wait([&] { return Mirror(arguments...); });
};

/// The hook of a function of type F.
template <name_of Name, class F, auto InFiber>
hook make_hook(const char* group) noexcept {
  return {Name.text, group,
          reinterpret_cast<void*>(&replacement<Name, F, InFiber>::call),
          reinterpret_cast<void**>(&original<Name, F>)};
}

/// The hook of a function of this one's type.
template <name_of Name, auto InFiber, class R, class... A>
hook hook_like(const char* group, R (*)(A...)) noexcept {
  return make_hook<Name, R(A...), InFiber>(group);
}

/// The hook of a function that Whole stands in for everywhere, and not only on
/// a fiber.
template <name_of Name, class F, auto Whole>
hook make_whole_hook(const char* group) noexcept {
  F* const replacing = Whole;
  return {Name.text, group, reinterpret_cast<void*>(replacing),
          reinterpret_cast<void**>(&original<Name, F>)};
}

// Each source adds its hooks.
void add_socket_hooks(std::vector<hook>& all);
void add_file_hooks(std::vector<hook>& all);
void add_stream_hooks(std::vector<hook>& all);
void add_stream_lock_hooks(std::vector<hook>& all);
void add_select_hooks(std::vector<hook>& all);
void add_time_hooks(std::vector<hook>& all);
void add_name_hooks(std::vector<hook>& all);
void add_process_hooks(std::vector<hook>& all);
void add_signal_hooks(std::vector<hook>& all);
void add_mutex_hooks(std::vector<hook>& all);
void add_condition_hooks(std::vector<hook>& all);
void add_thread_hooks(std::vector<hook>& all);
void add_join_hooks(std::vector<hook>& all);
void add_create_hooks(std::vector<hook>& all);
void add_event_hooks(std::vector<hook>& all);
/// After those of pthread.h.
void add_c11_hooks(std::vector<hook>& all);
void add_key_hooks(std::vector<hook>& all);
void add_result_hooks(std::vector<hook>& all);

}  // namespace green::patcher
