// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "green/dumps/rows.h"
#include "green/hub/helper_list.h"
#include "green/monitors/other_stack.h"

namespace green::dumps {

/// A hub as a dump of the process shows it.
struct hub_view {
  int os_thread = 0;
  std::string thread_name;
  bool answered = false;
  hub_rows rows;              // if it has answered
  other_stack stack;          // else
  std::string stack_lines;    // of it
  std::int64_t standing = 0;  // ns since its last look at the clock; 0: unknown
};

struct process_view {
  std::vector<hub_view> hubs;
  std::vector<hub::known_helper::state> helpers;
  std::string fibers;  // some lines each

  std::vector<const thread_row*> threads() const;
};

inline constexpr std::chrono::milliseconds patience(200);

/// Asks all hubs, from any thread.
process_view look_at_process();

/// The parts of a dump, and all of it.
std::string text_of_hubs(const process_view& all);
/// The hubs that stand still.
std::string text_of_blocked(const process_view& all);
/// The green threads with this in their names, in a line each.
std::string text_of_threads(const process_view& all, std::string_view name);
std::string text_of(const process_view& all);

/// The same as JSON.
std::string json_of_hubs(const process_view& all);
std::string json_of_blocked(const process_view& all);
std::string json_of_threads(const process_view& all, std::string_view name);
std::string json_of(const process_view& all);
/// A string in quotes.
std::string json_string(std::string_view text);

}  // namespace green::dumps
