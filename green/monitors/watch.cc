// SPDX-License-Identifier: MIT
#include "green/monitors/watch.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/core/system.h"
#include "green/dumps/signal.h"
#include "green/hub/this_hub.h"
#include "green/monitors/detector.h"
#include "green/monitors/read_time.h"

namespace green {

namespace {

using nanoseconds = std::chrono::nanoseconds;

// This OS thread's watch, and whether somebody has asked for it.
class watch {
 public:
  watch() = default;
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { look_at_process(); }

  bool told() {
    look_at_process();
    return told_;
  }

  void be(nanoseconds limit, bool told) {
    core::scheduler& hub = hub::this_hub();
    look_at_process();
    told_ = told;
    if (!told && detector_ != nullptr && limit.count() > 0) return;
    detector_.reset();
    if (limit.count() > 0) detector_ = std::make_unique<detector>(hub, limit);
  }

  nanoseconds limit() {
    look_at_process();
    return detector_ == nullptr ? nanoseconds(0) : detector_->limit();
  }

 private:
  using detectors = std::vector<std::unique_ptr<detector>>;

  // In a child of fork the helper thread does not exist. So the detector can't
  // be destroyed, and is kept reachable. The child's next run begins a watch.
  void look_at_process() {
    const pid_t process = ::getpid();
    if (process_ == process) return;
    process_ = process;
    if (detector_ != nullptr) {
      static constinit core::made_once<detectors> of_parents;
      of_parents.get().push_back(std::move(detector_));
    }
    told_ = false;
  }

  pid_t process_ = ::getpid();
  bool told_ = false;
  std::unique_ptr<detector> detector_;
};

watch& mine() {
  hub::this_hub();  // which therefore outlives the watch
  thread_local watch one;
  return one;
}

// Its looks would be too rare, too slow, or not at the program's own time.
bool out_of_place() {
  if (core::under_asan() || core::under_tsan()) return true;
  const char* const preloaded = std::getenv("LD_PRELOAD");
  return preloaded != nullptr &&
         std::strstr(preloaded, "/vgpreload") != nullptr;
}

// Is it another text than the last time? Each hub of the process asks.
bool is_news(const std::string& text) {
  static constinit core::fork_mutex lock;
  static constinit core::made_once<std::optional<std::string>> last;
  const std::lock_guard guard(lock);
  return std::exchange(last.get(), text) != text;
}

}  // namespace

void watch_hub(nanoseconds limit) { mine().be(limit, true); }

void watch_hub_if_told() {
  dumps::dump_by_signal_if_told();
  const char* const text = std::getenv("GREEN_MAX_BLOCKING_TIME");
  if (text == nullptr || mine().told()) return;
  const auto limit = read_time(text);
  if (limit) return mine().be(*limit, true);
  if (!is_news(text)) return;
  std::fprintf(
      stderr,
      "green: GREEN_MAX_BLOCKING_TIME=%s is no time: write 250ms, with "
      "ns, us, ms or s, or 0 for no watch\n",
      text);
}

bool watch_hub_by_default() noexcept try {
  static constinit core::made_once<bool> never;
  if (never.get(out_of_place) || mine().told()) return true;
  const bool is_virtual = hub::this_hub().virtual_time();
  mine().be(std::chrono::milliseconds(is_virtual ? 0 : 100), false);
  return true;
} catch (const std::exception&) {
  return true;  // there is no memory or no thread for a watch
}

std::chrono::nanoseconds watch_limit() { return mine().limit(); }

}  // namespace green
