// SPDX-License-Identifier: MIT
#include "green/dumps/rows.h"

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "green/core/failed_threads.h"
#include "green/core/throw_places.h"
#include "green/core/wait_graph.h"
#include "green/error_handler.h"

namespace green::dumps {

namespace {

constexpr std::size_t most_timers = 10;

std::atomic<fiber_teller> tell_fibers = nullptr;

thread_row row_of(const core::green_thread& t, std::int64_t now) {
  thread_row row;
  row.id = t.id();
  row.parent = t.parent();
  row.given_name = t.given_name();
  row.age = now - t.spawned_when();
  row.spawned_at = t.spawned_at();
  if (const core::awaited* const waiting = t.waiting()) {
    waiting->describe(row.wait);
    for (auto* p = t.place_of_wait(); p != nullptr; p = p->parent) {
      row.awaits.push_back(p->where);
    }
  } else {
    row.wait = t.started() ? "running" : "not started";
  }
  if (t.variables()) row.variables = t.variables()->describe();
  return row;
}

std::vector<std::int64_t> nearest_timers(hub::loop& hub, std::int64_t now) {
  std::vector<std::int64_t> left;
  hub.timers().for_each([&](const core::timer&, std::int64_t when) {
    left.push_back(std::max<std::int64_t>(when - now, 0));
  });
  const std::size_t shown = std::min(left.size(), most_timers);
  const auto end = left.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(left.begin(), end, left.end());
  left.resize(shown);
  return left;
}

std::string error_of(core::green_thread& t) {
  std::string text = describe_exception(t.error());
  const std::string thrown = core::throw_places::of(t);
  return thrown.empty() ? text : text + ", thrown " + thrown;
}

}  // namespace

std::string thread_row::name() const {
  return given_name.empty() ? "greenlet-" + std::to_string(id) : given_name;
}

std::string place(const core::site& where) {
  if (where.line() == 0) return "";
  return where.file_name() + (":" + std::to_string(where.line()));
}

std::string in_parentheses(const std::string& text) {
  return text.empty() ? text : " (" + text + ")";
}

std::string wait_of(const thread_row& row) {
  std::string text = row.wait;
  const char* between = " at ";
  for (const core::site& where : row.awaits) {
    text += between + place(where);
    between = ", in ";
  }
  return text;
}

hub_rows rows_of(hub::loop& hub) {
  const core::thread_index known(hub);
  const std::int64_t now = hub.now();
  hub_rows rows;
  rows.numbers = statistics_of(hub);
  rows.threads.reserve(rows.numbers.live);
  hub.threads().for_each([&](const core::green_thread& t) {
    rows.threads.push_back(row_of(t, now));
  });
  core::for_each_failed(hub, [&](core::green_thread& t) {
    rows.failed.push_back({t.id(), t.name(), t.spawned_at(), error_of(t)});
  });
  rows.timers = nearest_timers(hub, now);
  rows.rings = core::describe_cycles(hub);
  return rows;
}

std::vector<fiber_row> fibers_here() {
  const fiber_teller tell = tell_fibers.load();
  return tell == nullptr ? std::vector<fiber_row>() : tell();
}

void set_fiber_teller(fiber_teller tell) noexcept { tell_fibers = tell; }

}  // namespace green::dumps
