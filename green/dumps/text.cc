// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "green/core/system.h"
#include "green/dumps/process.h"
#include "green/dumps/tree.h"

namespace green::dumps {

namespace {

using nanoseconds = std::chrono::nanoseconds;

std::string milliseconds(std::int64_t ns) {
  return fmt::format("{:.3f} ms", static_cast<double>(ns) / 1e6);
}

std::string share(nanoseconds part, nanoseconds whole) {
  if (whole.count() <= 0) return "0.0 %";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part.count()) /
                                     static_cast<double>(whole.count()));
}

std::string head_of(const hub_view& hub, std::size_t number) {
  return fmt::format("hub {}, OS thread {} ({})", number, hub.os_thread,
                     hub.thread_name);
}

std::string numbers_of(const hub_statistics& n) {
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "  green threads: {} live, {} ready, {} spawned, {} failed\n",
                 n.live, n.ready, n.spawned, n.failed);
  fmt::format_to(to,
                 "  turns: {}, system calls: {}, posts of other threads: {}\n",
                 n.turns, n.system_calls, n.posts);
  fmt::format_to(
      to, "  time: {:.3f} s, {} at work, {} in the kernel, {} idle\n",
      static_cast<double>(n.age.count()) / 1e9, share(n.working, n.age),
      share(n.in_kernel, n.age), share(n.idle, n.age));
  fmt::format_to(to,
                 "  timers: {} armed, {} fired, late by {} (p50), {} (p99), {} "
                 "(most)\n",
                 n.timers, n.timers_fired, milliseconds(n.late_p50.count()),
                 milliseconds(n.late_p99.count()),
                 milliseconds(n.late_most.count()));
  return out;
}

std::string blocked(const hub_view& hub, std::size_t number) {
  std::string out = head_of(hub, number) + ": stands still";
  const auto to = std::back_inserter(out);
  if (hub.standing != 0) {
    fmt::format_to(to, " for {} ms at most", hub.standing / 1'000'000);
  }
  if (!hub.stack.answered) {
    out += ", and its thread takes no signal\n";
    return out;
  }
  if (hub.stack.running == 0) {
    out += ", outside of green threads\n";
  } else {
    const std::string from = place(hub.stack.spawned_at);
    fmt::format_to(to, "\n  {}{}{} runs there\n",
                   hub.stack.name.empty()
                       ? fmt::format("greenlet-{}", hub.stack.running)
                       : hub.stack.name,
                   from.empty() ? "" : ", spawned at ", from);
  }
  return out + hub.stack_lines;
}

std::string failed_in(const process_view& all) {
  std::string out;
  for (const hub_view& hub : all.hubs) {
    for (const failed_row& row : hub.rows.failed) {
      const std::string from = place(row.spawned_at);
      fmt::format_to(std::back_inserter(out), "{} [{}]{}{}: ended with {}\n",
                     row.name, row.id, from.empty() ? "" : ", spawned at ",
                     from, row.error);
    }
  }
  return out;
}

std::string helpers_in(const process_view& all) {
  std::string out;
  const std::int64_t now = core::steady_now();
  std::size_t waiting = 0;
  for (const auto& helper : all.helpers) {
    if (helper.does == nullptr) {
      ++waiting;
      continue;
    }
    fmt::format_to(std::back_inserter(out), "OS thread {}: {} for {}\n",
                   helper.os_thread, helper.does,
                   milliseconds(std::max<std::int64_t>(now - helper.since, 0)));
  }
  if (waiting != 0) {
    fmt::format_to(std::back_inserter(out), "{} wait for a job\n", waiting);
  }
  return out;
}

std::string timers_in(const process_view& all) {
  std::string out;
  for (std::size_t i = 0; i != all.hubs.size(); ++i) {
    const hub_rows& rows = all.hubs[i].rows;
    if (rows.timers.empty()) continue;
    fmt::format_to(std::back_inserter(out), "hub {}: {} armed, the next in ",
                   i + 1, rows.numbers.timers);
    for (const std::int64_t left : rows.timers) {
      out += (left == rows.timers.front() ? "" : ", ") + milliseconds(left);
    }
    out += '\n';
  }
  return out;
}

std::string requests_in(const process_view& all) {
  std::string out;
  for (std::size_t i = 0; i != all.hubs.size(); ++i) {
    for (const auto& one : all.hubs[i].rows.numbers.requests) {
      fmt::format_to(std::back_inserter(out),
                     "hub {}: {}, {} in flight, {} done\n", i + 1, one.kind,
                     one.in_flight, one.done);
    }
  }
  return out;
}

std::string rings_in(const process_view& all) {
  std::string out;
  for (const hub_view& hub : all.hubs) out += hub.rows.rings;
  return out;
}

void add_part(std::string& out, const char* title, const std::string& lines) {
  if (!lines.empty()) out += fmt::format("\n{}:\n{}", title, lines);
}

}  // namespace

std::string text_of_hubs(const process_view& all) {
  std::string out;
  for (std::size_t i = 0; i != all.hubs.size(); ++i) {
    const hub_view& hub = all.hubs[i];
    out += hub.answered
               ? head_of(hub, i + 1) + ":\n" + numbers_of(hub.rows.numbers)
               : blocked(hub, i + 1);
  }
  return out;
}

std::string text_of_blocked(const process_view& all) {
  std::string out;
  for (std::size_t i = 0; i != all.hubs.size(); ++i) {
    if (!all.hubs[i].answered) out += blocked(all.hubs[i], i + 1);
  }
  return out.empty() ? "no hub stands still\n" : out;
}

std::string text_of_threads(const process_view& all, std::string_view name) {
  std::string out;
  for (const thread_row* row : all.threads()) {
    if (row->name().find(name) != std::string::npos) out += line_of(*row);
  }
  return out.empty() ? fmt::format("no green thread is called {}\n", name)
                     : out;
}

std::string text_of(const process_view& all) {
  const auto threads = all.threads();
  std::string out =
      fmt::format("green: process {}, {} hubs, {} green threads\n", ::getpid(),
                  all.hubs.size(), threads.size());
  add_part(out, "hubs", text_of_hubs(all));
  add_part(out, "green threads", tree_of(threads));
  add_part(out, "green threads that have failed", failed_in(all));
  add_part(out, "helper threads", helpers_in(all));
  add_part(out, "fibers", all.fibers);
  add_part(out, "timers", timers_in(all));
  add_part(out, "requests", requests_in(all));
  add_part(out, "rings", rings_in(all));
  return out;
}

}  // namespace green::dumps
