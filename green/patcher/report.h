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

  /// No group.
  static constexpr on nothing() noexcept {
    return {false, false, false, false, false, false, false, false};
  }
  /// The groups that are on in either.
  friend on operator|(const on& a, const on& b) noexcept;
  friend bool operator==(const on&, const on&) = default;

  /// Is there a group of that name, and is it on?
  bool has(const char* group) const noexcept;
};

/// Is it the name of a group?
bool is_group(const char* name) noexcept;

/// A function of a module that was not patched, or "*" for all of them.
struct refusal {
  std::string module;
  std::string function;
  std::string why;
};

/// The changes that a call has made.
struct report {
  unsigned modules = 0;
  unsigned slots = 0;
  std::vector<std::string> names;  // of the modules
  std::vector<refusal> refused;
};

}  // namespace green::patcher
