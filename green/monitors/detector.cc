// SPDX-License-Identifier: MIT
#include "green/monitors/detector.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <utility>

#include "green/core/green_thread.h"
#include "green/core/probe.h"
#include "green/hub/alone.h"
#include "green/hub/process_barrier.h"
#include "green/monitors/other_stack.h"

namespace green {

namespace {

std::atomic<void (*)(const core::green_thread&)> listener = nullptr;

void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

void tell_tracers(const core::green_thread& t,
                  std::chrono::nanoseconds length) {
  const std::uint64_t id = t.id();
  const std::string text = t.name();
  const std::string* const name = &text;
  const std::int64_t kept = length.count();
  GREEN_PROBE(block, id, name, kept);
}

}  // namespace

detector::detector(core::scheduler& hub, std::chrono::nanoseconds limit)
    : hub_(hub),
      limit_(limit),
      watched_(::gettid()),
      monitor_(hub::process_barrier()),
      thread_([this] { watch(); }) {
  ::pthread_setname_np(thread_.native_handle(), "green-watch");
  hub_.set_monitor(&monitor_);
}

detector::~detector() {
  hub_.set_monitor(nullptr);
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// A process that was stopped, as by a debugger, has kept no hub. So the looks
// count as well as the time.
void detector::watch() {
  constexpr int looks_in_limit = 4;
  constexpr std::chrono::nanoseconds shortest = std::chrono::microseconds(100);
  const hub::bystander bystander;
  block_signals();
  std::uint64_t seen = 0;
  std::uint64_t told = 0;
  int looks = 0;
  clock::time_point since;
  std::unique_lock lock(mutex_);
  const auto pause = std::max(shortest, limit_ / looks_in_limit);
  while (!changed_.wait_for(lock, pause, [this] { return ended_; })) {
    const std::uint64_t now = monitor_.running();
    if (now != seen) {
      seen = now;
      looks = 0;
      since = clock::now();
    } else if (now != 0 && now != told && ++looks >= looks_in_limit &&
               clock::now() - since >= limit_) {
      told = now;
      tell(now, clock::now() - since);
    }
  }
}

void detector::tell(std::uint64_t turn, clock::duration length) {
  std::string report;
  other_stack stack;
  monitor_.look(turn, [&](const core::green_thread& t) {
    if (auto* const listens = listener.load()) listens(t);
    tell_tracers(t, length);
    report = "green: " + t.name_and_place();
    stack = stack_of(watched_);
  });
  if (report.empty()) return;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length);
  const auto to = std::back_inserter(report);
  fmt::format_to(to, ", has kept its hub for {} ms", ms.count());
  if (const unsigned count = times(stack); count > 1) {
    fmt::format_to(to, ", {} times so far\n", count);
  } else {
    report += "\n" + describe(stack);
  }
  std::fputs(report.c_str(), stderr);
}

// The line that runs differs from look to look, where a green thread computes.
// The first two calls are the signal's.
unsigned detector::times(const other_stack& stack) {
  constexpr std::size_t skipped = 3, most = 1'000;
  if (stack.calls.size() <= skipped) return 1;
  std::vector<const void*> key{stack.spawned_at.file_name(),
                               stack.calls.front()};
  key.insert(key.end(), stack.calls.begin() + skipped, stack.calls.end());
  key.push_back(reinterpret_cast<const void*>(
      static_cast<std::uintptr_t>(stack.spawned_at.line())));
  if (times_.size() == most) times_.clear();
  return ++times_[std::move(key)];
}

void set_blocking_listener(void (*f)(const core::green_thread&)) noexcept {
  listener = f;
}

}  // namespace green
