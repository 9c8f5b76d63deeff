// SPDX-License-Identifier: MIT
#include "green/dumps/process.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "green/core/code_lines.h"
#include "green/core/system.h"
#include "green/hub/survey.h"

namespace green::dumps {

namespace {

struct answers {
  std::mutex lock;
  std::map<std::size_t, hub_rows> by_place;
};

std::string name_of_thread(int os_thread) {
  std::string name;
  std::getline(
      std::ifstream("/proc/self/task/" + std::to_string(os_thread) + "/comm"),
      name);
  return name;
}

hub_view view_of(const hub::survey::asked_hub& asked) {
  hub_view view;
  view.os_thread = asked.os_thread;
  view.thread_name = name_of_thread(asked.os_thread);
  view.answered = asked.answered;
  if (asked.answered) return view;
  view.stack = stack_of(asked.os_thread);
  view.stack_lines = describe(view.stack);
  if (view.stack.turn_began != 0) {
    view.standing =
        std::max<std::int64_t>(core::steady_now() - view.stack.turn_began, 0);
  }
  return view;
}

// Fibers with equal stacks share the lines. A symbolizer takes its time, so
// that few stacks are shown.
std::string describe_fibers(const process_view& all) {
  constexpr std::size_t most = 16;
  std::map<std::vector<const void*>, std::vector<const fiber_row*>> alike;
  for (const hub_view& hub : all.hubs) {
    for (const fiber_row& row : hub.rows.fibers) {
      alike[row.calls].push_back(&row);
    }
  }
  std::string out;
  std::size_t shown = 0;
  for (const auto& [calls, rows] : alike) {
    if (shown++ == most) {
      return out + std::to_string(alike.size() - most) + " more stacks\n";
    }
    const std::string from = place(rows.front()->called_at);
    if (rows.size() > 1) out += std::to_string(rows.size()) + " alike, as ";
    out += rows.front()->name + (from.empty() ? "" : ", patched at " + from);
    out += ":\n";
    const auto size = static_cast<unsigned>(calls.size());
    for (const core::code_line& line : core::code_lines(calls.data(), size)) {
      out += "  at " + line.text() + "\n";
    }
  }
  return out;
}

}  // namespace

process_view look_at_process() {
  const auto told = std::make_shared<answers>();
  const auto tell = [told](hub::loop& hub, std::size_t place) {
    hub_rows rows = rows_of(hub);
    rows.fibers = fibers_here();
    const std::lock_guard guard(told->lock);
    told->by_place.emplace(place, std::move(rows));
  };
  process_view all;
  const auto asked = hub::survey::ask(tell, patience);
  for (std::size_t i = 0; i != asked.size(); ++i) {
    all.hubs.push_back(view_of(asked[i]));
    if (!asked[i].answered) continue;
    const std::lock_guard guard(told->lock);
    all.hubs.back().rows = std::move(told->by_place[i]);
  }
  all.helpers = hub::known_helper::all();
  all.fibers = describe_fibers(all);
  return all;
}

std::vector<const thread_row*> process_view::threads() const {
  std::vector<const thread_row*> all;
  for (const hub_view& hub : hubs) {
    for (const thread_row& row : hub.rows.threads) all.push_back(&row);
  }
  return all;
}

}  // namespace green::dumps
