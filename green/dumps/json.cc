// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "green/core/system.h"
#include "green/dumps/process.h"

namespace green::dumps {

namespace {

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }
double seconds(std::chrono::nanoseconds time) { return seconds(time.count()); }

// The items of a list, in a line each.
class list {
 public:
  void add(const std::string& item) {
    text_ += text_.empty() ? "\n" : ",\n";
    text_ += item;
  }
  std::string text() const { return "[" + text_ + "]"; }

 private:
  std::string text_;
};

std::string json_requests(const hub_statistics& n) {
  list all;
  for (const auto& one : n.requests) {
    all.add(fmt::format(R"({{"kind":{},"in_flight":{},"done":{}}})",
                        json_string(one.kind), one.in_flight, one.done));
  }
  return all.text();
}

std::string json_numbers(const hub_statistics& n) {
  return fmt::format(
      R"("live":{},"ready":{},"spawned":{},"failed":{},"turns":{},)"
      R"("system_calls":{},"posts":{},"age":{:.6f},"working":{:.6f},)"
      R"("in_kernel":{:.6f},"idle":{:.6f},"timers":{},"timers_fired":{},)"
      R"("late_p50":{:.9f},"late_p99":{:.9f},"late_most":{:.9f},)"
      R"("requests":{})",
      n.live, n.ready, n.spawned, n.failed, n.turns, n.system_calls, n.posts,
      seconds(n.age), seconds(n.working), seconds(n.in_kernel), seconds(n.idle),
      n.timers, n.timers_fired, seconds(n.late_p50), seconds(n.late_p99),
      seconds(n.late_most), json_requests(n));
}

std::string hub_object(const hub_view& hub) {
  std::string out =
      fmt::format(R"({{"os_thread":{},"name":{},"blocked":{},)", hub.os_thread,
                  json_string(hub.thread_name), !hub.answered);
  if (hub.answered) return out + json_numbers(hub.rows.numbers) + "}";
  return out + fmt::format(R"("running":{},"standing":{:.6f},"stack":{}}})",
                           hub.stack.running, seconds(hub.standing),
                           json_string(hub.stack_lines));
}

std::string thread_object(const thread_row& row, int os_thread) {
  list awaits;
  for (const core::site& where : row.awaits) {
    awaits.add(json_string(place(where)));
  }
  return fmt::format(
      R"({{"id":{},"parent":{},"os_thread":{},"name":{},"age":{:.6f},)"
      R"("spawned_at":{},"wait":{},"awaits":{}}})",
      row.id, row.parent, os_thread, json_string(row.name()), seconds(row.age),
      json_string(place(row.spawned_at)), json_string(row.wait), awaits.text());
}

std::string hubs_in(const process_view& all, bool blocked_only) {
  list hubs;
  for (const hub_view& hub : all.hubs) {
    if (!blocked_only || !hub.answered) hubs.add(hub_object(hub));
  }
  return hubs.text();
}

std::string threads_in(const process_view& all, std::string_view name) {
  list threads;
  for (const hub_view& hub : all.hubs) {
    for (const thread_row& row : hub.rows.threads) {
      if (row.name().find(name) == std::string::npos) continue;
      threads.add(thread_object(row, hub.os_thread));
    }
  }
  return threads.text();
}

std::string json_failed(const process_view& all) {
  list failed;
  for (const hub_view& hub : all.hubs) {
    for (const failed_row& row : hub.rows.failed) {
      failed.add(fmt::format(
          R"({{"id":{},"name":{},"spawned_at":{},"error":{}}})", row.id,
          json_string(row.name), json_string(place(row.spawned_at)),
          json_string(row.error)));
    }
  }
  return failed.text();
}

std::string json_helpers(const process_view& all) {
  list helpers;
  const std::int64_t now = core::steady_now();
  for (const auto& one : all.helpers) {
    const bool busy = one.does != nullptr;
    helpers.add(fmt::format(R"({{"os_thread":{},"does":{},"since":{:.6f}}})",
                            one.os_thread, json_string(busy ? one.does : ""),
                            busy ? seconds(now - one.since) : 0.0));
  }
  return helpers.text();
}

std::string json_rings(const process_view& all) {
  std::string out;
  for (const hub_view& hub : all.hubs) out += hub.rows.rings;
  return json_string(out);
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_of_hubs(const process_view& all) {
  return fmt::format("{{\"process\":{},\"hubs\":{}}}\n", ::getpid(),
                     hubs_in(all, false));
}

std::string json_of_blocked(const process_view& all) {
  return fmt::format("{{\"process\":{},\"hubs\":{}}}\n", ::getpid(),
                     hubs_in(all, true));
}

std::string json_of_threads(const process_view& all, std::string_view name) {
  return fmt::format("{{\"process\":{},\"threads\":{}}}\n", ::getpid(),
                     threads_in(all, name));
}

std::string json_of(const process_view& all) {
  return fmt::format(
      "{{\"process\":{},\"hubs\":{},\"threads\":{},\"failed\":{},"
      "\"helpers\":{},\"fibers\":{},\"rings\":{}}}\n",
      ::getpid(), hubs_in(all, false), threads_in(all, ""), json_failed(all),
      json_helpers(all), json_string(all.fibers), json_rings(all));
}

}  // namespace green::dumps
