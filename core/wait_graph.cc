// SPDX-License-Identifier: MIT
#include "green/core/wait_graph.h"

#include <algorithm>
#include <cstdio>
#include <new>

#include "green/core/scheduler.h"

namespace green::core {

namespace {
constinit thread_local const thread_index* known = nullptr;
}

thread_index::thread_index(scheduler& hub) : outer_(known) {
  if (outer_ == nullptr) {
    hub.threads().for_each(
        [this](green_thread& t) { all_.emplace_hint(all_.end(), t.id(), &t); });
  }
  known = outer_ == nullptr ? this : outer_;
}

thread_index::~thread_index() { known = outer_; }

green_thread* thread_index::find(std::uint64_t id) const noexcept {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : found->second;
}

green_thread* find_thread(scheduler& hub, std::uint64_t id) noexcept {
  if (known != nullptr && &hub == scheduler::here()) return known->find(id);
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

namespace {

// The one without which `t` cannot go on. Null when time may end its wait.
green_thread* awaited_by(green_thread& t) {
  if (t.waiting() == nullptr || t.has_timeout()) return nullptr;
  const std::uint64_t id = t.waiting()->waits_for();
  green_thread* const next = id == 0 ? nullptr : find_thread(t.home(), id);
  return next == nullptr || next->has_timeout() ? nullptr : next;
}

std::string describe_ring(green_thread& member) {
  std::vector<green_thread*> ring{&member};
  for (auto* t = awaited_by(member); t != &member; t = awaited_by(*t)) {
    ring.push_back(t);
  }
  // It begins with the oldest one.
  std::ranges::rotate(ring, std::ranges::min_element(
                                ring, {}, [](auto* t) { return t->id(); }));
  std::string out = "  deadlock: " + ring.front()->name();
  for (std::size_t i = 1; i < ring.size(); ++i) {
    out += " waits for " + ring[i]->name() + ", which";
  }
  return out + " waits for " + ring.front()->name() + "\n";
}

}  // namespace

// Each walk goes on until it comes to where one has been. If that was the same
// walk, the rest of it is a ring.
std::string describe_cycles(scheduler& hub) {
  const thread_index index(hub);
  std::string out;
  std::map<const green_thread*, unsigned> seen;
  unsigned walk = 0;
  hub.threads().for_each([&](green_thread& first) {
    green_thread* t = awaited_by(first) == nullptr ? nullptr : &first;
    ++walk;
    while (t != nullptr && seen.try_emplace(t, walk).second) t = awaited_by(*t);
    if (t != nullptr && seen[t] == walk) out += describe_ring(*t);
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
