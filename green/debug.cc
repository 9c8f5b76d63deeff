// SPDX-License-Identifier: MIT
#include "green/debug.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>

#include "green/core/wait_graph.h"
#include "green/error_handler.h"
#include "green/hub/this_hub.h"
#include "green/monitors/watch.h"

namespace green {

namespace {

std::string where(const core::green_thread& t) {
  const core::site& from = t.spawned_at();
  if (from.line() == 0) return "";
  return fmt::format(", spawned at {}:{}", from.file_name(), from.line());
}

// The context variables that have a name.
std::string variables(const core::green_thread& t) {
  const std::string all = t.variables() ? t.variables()->describe() : "";
  return all.empty() ? all : fmt::format(" ({})", all);
}

}  // namespace

void dump(std::FILE* out) {
  core::scheduler& hub = hub::this_hub();
  const std::int64_t now = hub.now();
  std::string text;
  const auto line = std::back_inserter(text);
  hub.threads().for_each([&](core::green_thread& t) {
    const auto age = static_cast<double>(now - t.spawned_when()) / 1e9;
    fmt::format_to(line, "{}, {:.3f} s old{}: {}{}\n", t.name(), age, where(t),
                   t.describe_wait(), variables(t));
  });
  core::for_each_failed(hub, [&](core::green_thread& t) {
    fmt::format_to(line, "{}{}: ended with {}\n", t.name(), where(t),
                   describe_exception(t.error()));
  });
  text += core::describe_cycles(hub);
  std::fwrite(text.data(), 1, text.size(), out);
}

void detect_blocking(std::chrono::nanoseconds limit) { watch_hub(limit); }

}  // namespace green
