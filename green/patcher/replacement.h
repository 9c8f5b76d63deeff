// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "green/patcher/gate.h"
#include "green/patcher/hook.h"
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

/// The replacement: InFiber on a fiber, elsewhere the original.
template <name_of Name, class F, auto InFiber>
struct replacement;

template <name_of Name, class R, class... A, auto InFiber>
struct replacement<Name, R(A...), InFiber> {
  static R call(A... arguments) {
    if (!gate_open()) [[likely]] {
      return original<Name, R(A...)>(arguments...);
    }
    return InFiber(arguments...);
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
void add_ssl_hooks(std::vector<hook>& all);

}  // namespace green::patcher
