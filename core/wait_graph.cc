// SPDX-License-Identifier: MIT
#include "green/core/wait_graph.h"

#include <algorithm>
#include <cstdio>
#include <new>

#include "green/core/scheduler.h"

namespace green::core {

green_thread* find_thread(scheduler& hub, std::uint64_t id) noexcept {
  green_thread* found = nullptr;
  hub.threads().for_each([&](green_thread& t) {
    if (t.id() == id) found = &t;
  });
  return found;
}

std::string address_of(const void* object) {
  char text[2 + 2 * sizeof object + 1];
  std::snprintf(text, sizeof text, "%p", object);
  return text;
}

std::vector<green_thread*> find_cycle(green_thread& first,
                                      std::uint64_t waits_for) {
  std::vector<green_thread*> ring{&first};
  if (first.has_timeout()) return {};
  while (waits_for != 0) {
    if (waits_for == first.id()) return ring;
    green_thread* const next = find_thread(first.home(), waits_for);
    // A ring without `first` ends the search too.
    if (next == nullptr || std::ranges::find(ring, next) != ring.end()) break;
    if (next->has_timeout()) break;  // it will not wait for ever
    ring.push_back(next);
    waits_for = next->waiting() == nullptr ? 0 : next->waiting()->waits_for();
  }
  return {};
}

std::string describe_cycles(scheduler& hub) {
  std::string out;
  hub.threads().for_each([&out](green_thread& t) {
    if (t.waiting() == nullptr) return;
    const auto ring = find_cycle(t, t.waiting()->waits_for());
    if (ring.empty()) return;
    // Each ring is reported once, for its oldest member.
    const auto older = [](green_thread* a, green_thread* b) {
      return a->id() < b->id();
    };
    if (*std::ranges::min_element(ring, older) != &t) return;
    out += "  deadlock: " + t.name();
    for (std::size_t i = 1; i < ring.size(); ++i) {
      out += " waits for " + ring[i]->name() + ", which";
    }
    out += " waits for " + t.name() + "\n";
  });
  return out;
}

#ifdef NDEBUG
void report_cycle_in_debug_builds(green_thread&, const suspension&) noexcept {}
#else
void report_cycle_in_debug_builds(green_thread& thread,
                                  const suspension& wait) noexcept try {
  const auto ring = find_cycle(thread, wait.waits_for());
  if (ring.empty()) return;
  std::string report = "green: deadlock: " + thread.name() + " waits for ";
  wait.describe(report);
  for (std::size_t i = 1; i < ring.size(); ++i) {
    report += "; " + ring[i]->name() + " waits for " + ring[i]->describe_wait();
  }
  std::fprintf(stderr, "%s\n", report.c_str());
} catch (const std::bad_alloc&) {
  // Without memory the ring is not looked for.
}
#endif

}  // namespace green::core
