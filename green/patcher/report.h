// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace green::patcher {

/// The groups of functions, as monkey_patch of eventlet takes them. `{.os =
/// false}` is all but one.
struct on {
  bool os = true;
  bool select = true;
  bool socket = true;
  bool dns = true;
  bool time = true;
  bool thread = true;
  bool subprocess = true;
  bool ssl = true;
  /// Threads that a fiber makes are fibers, too. It needs `thread`.
  bool create = false;

  /// No group.
  static constexpr on nothing() noexcept {
    return {false, false, false, false, false, false, false, false, false};
  }
  /// Every group, and so create.
  static constexpr on everything() noexcept {
    on all;
    all.create = true;
    return all;
  }
  friend bool operator==(const on&, const on&) = default;

  /// Turns the group of that name off, if there is one.
  void leave_out(const char* group) noexcept;
  /// Is there a group of that name, and is it on?
  bool has(const char* group) const noexcept;
};

/// The groups that are on in either. No friend, as g++ would not export it.
on operator|(const on& a, const on& b) noexcept;

/// Is it the name of a group?
bool is_group(const char* name) noexcept;

/// How made threads find their hubs: in turns, or each on the hub that has the
/// fewest of them then, with turns among equals.
enum class spread : unsigned char { turns, load };

/// A function of a module that was not patched, or "*" for all of them.
struct refusal {
  std::string module;
  std::string function;
  std::string why;
};

/// A module, and its calls that lead to hooks now, in the order of their names.
struct patched_module {
  std::string name;
  std::vector<std::string> functions;
};

/// The changes that a call has made.
struct report {
  unsigned modules = 0;
  unsigned slots = 0;
  std::vector<patched_module> patched;
  std::vector<refusal> refused;
};

}  // namespace green::patcher
