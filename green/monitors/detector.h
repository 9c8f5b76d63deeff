// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "green/core/block_monitor.h"
#include "green/core/green_thread.h"
#include "green/core/scheduler.h"
#include "green/monitors/other_stack.h"

namespace green {

/// Watches a hub from a helper thread, at intervals, and reports each green
/// thread that keeps the hub longer than the limit. The hub's own thread makes
/// and destroys it.
class detector {
 public:
  detector(core::scheduler& hub, std::chrono::nanoseconds limit);
  detector(const detector&) = delete;
  detector& operator=(const detector&) = delete;
  ~detector();

  std::chrono::nanoseconds limit() const noexcept { return limit_; }

 private:
  using clock = std::chrono::steady_clock;

  void watch();
  void tell(std::uint64_t turn, clock::duration length);
  unsigned times(const other_stack& stack);

  core::scheduler& hub_;
  const std::chrono::nanoseconds limit_;
  const pid_t watched_;  // the hub's OS thread
  core::block_monitor monitor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  // How often each of those was reported that were spawned, and called, alike.
  std::map<std::vector<const void*>, unsigned> times_;
  std::thread thread_;
};

/// From now on, a detector calls f with each green thread that it reports,
/// before the report is there. Meanwhile the green thread stays as it is. f
/// runs on the detector's thread.
void set_blocking_listener(void (*f)(const core::green_thread&)) noexcept;

}  // namespace green
