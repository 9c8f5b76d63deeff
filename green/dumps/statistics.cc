// SPDX-License-Identifier: MIT
#include "green/dumps/statistics.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "green/core/histogram.h"
#include "green/hub/helper_list.h"
#include "green/hub/loop.h"
#include "green/hub/opcodes.h"

namespace green {

namespace {

using nanoseconds = std::chrono::nanoseconds;
using requests = std::vector<hub_statistics::requests_of>;

void add(requests& all, const hub_statistics::requests_of& more) {
  for (auto& one : all) {
    if (std::string_view(one.kind) != more.kind) continue;
    one.in_flight += more.in_flight;
    one.done += more.done;
    return;
  }
  all.push_back(more);
}

// The hub's own poll of its eventfd is no request of the program.
requests requests_of(const hub::tally& all) {
  requests found;
  for (std::size_t i = 0; i != hub::tally::kinds; ++i) {
    const hub::opcode& row = hub::opcodes[i];
    std::uint64_t in_flight = all.submitted[i] - all.done[i];
    if (row.steps == hub::family::poll && in_flight != 0) --in_flight;
    if (in_flight == 0 && all.done[i] == 0) continue;
    add(found, {row.name, in_flight, all.done[i]});
  }
  return found;
}

void count_helpers(hub_statistics& into) {
  for (const auto& helper : hub::known_helper::all()) {
    ++(helper.does == nullptr ? into.helpers_waiting : into.helpers_busy);
  }
}

}  // namespace

hub_statistics dumps::statistics_of(hub::loop& hub) {
  const hub::tally& done = hub.tally();
  const core::histogram& late = hub.timers().lateness();
  hub_statistics all;
  all.os_thread = hub.os_thread();
  all.spawned = hub.spawned();
  all.live = all.spawned - std::min(all.spawned, hub.ended());
  all.failed = hub.failed();
  all.ready = hub.ready_now();
  all.turns = done.turns;
  all.system_calls = done.calls;
  all.posts = hub.posts();
  all.idle = nanoseconds(done.idle);
  all.age = nanoseconds(std::max(hub.now() - done.since, done.idle));
  all.in_kernel = std::min(nanoseconds(done.in_kernel), all.age - all.idle);
  all.working = all.age - all.idle - all.in_kernel;
  all.timers = hub.timers().size();
  all.timers_fired = late.count();
  all.late_p50 = nanoseconds(late.quantile(0.5));
  all.late_p99 = nanoseconds(late.quantile(0.99));
  all.late_most = nanoseconds(late.most());
  all.requests = requests_of(done);
  count_helpers(all);
  return all;
}

}  // namespace green
