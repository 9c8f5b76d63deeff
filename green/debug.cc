// SPDX-License-Identifier: MIT
#include "green/debug.h"

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "green/core/block_monitor.h"
#include "green/core/failures.h"
#include "green/core/wait_graph.h"
#include "green/error_handler.h"
#include "green/hub/alone.h"
#include "green/hub/process_barrier.h"
#include "green/hub/this_hub.h"

namespace green {

namespace {

std::string where(const core::green_thread& t) {
  const core::site& from = t.spawned_at();
  if (from.line() == 0) return "";
  return std::string(", spawned at ") + from.file_name() + ":" +
         std::to_string(from.line());
}

// Looks at a hub from outside, from time to time.
class detector {
 public:
  detector(core::scheduler& hub, std::chrono::nanoseconds limit)
      : hub_(hub), limit_(limit), thread_([this] { watch(); }) {
    hub_.set_monitor(&monitor_);
  }
  ~detector() {
    hub_.set_monitor(nullptr);
    {
      const std::lock_guard guard(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  using clock = std::chrono::steady_clock;

  void watch() {
    const hub::bystander bystander;
    block_signals();
    std::uint64_t seen = 0;
    std::uint64_t told = 0;
    clock::time_point since;
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, limit_ / 4, [this] { return ended_; })) {
      const std::uint64_t now = monitor_.running();
      if (now != seen) {
        seen = now;
        since = clock::now();
      } else if (now != 0 && now != told && clock::now() - since >= limit_) {
        told = now;
        tell(now, clock::now() - since);
      }
    }
  }

  void tell(std::uint64_t turn, clock::duration length) {
    std::string report;
    monitor_.look(turn, [&](const core::green_thread& t) {
      report = "green: " + t.name() + where(t);
    });
    if (report.empty()) return;
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(length);
    std::fprintf(stderr, "%s, has kept its hub for %lld ms\n", report.c_str(),
                 static_cast<long long>(ms.count()));
  }

  static void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  }

  core::scheduler& hub_;
  const std::chrono::nanoseconds limit_;
  core::block_monitor monitor_{hub::process_barrier()};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace

void dump(std::FILE* out) {
  core::scheduler& hub = hub::this_hub();
  const std::int64_t now = hub.now();
  hub.threads().for_each([&](core::green_thread& t) {
    const auto age = static_cast<double>(now - t.spawned_when()) / 1e9;
    std::fprintf(out, "%s, %.3f s old%s: %s\n", t.name().c_str(), age,
                 where(t).c_str(), t.describe_wait().c_str());
  });
  core::failures::for_each(hub, [&](core::green_thread& t) {
    std::fprintf(out, "%s%s: ended with %s\n", t.name().c_str(),
                 where(t).c_str(), describe_exception(t.error()).c_str());
  });
  std::fputs(core::describe_cycles(hub).c_str(), out);
}

void detect_blocking(std::chrono::nanoseconds limit) {
  core::scheduler& hub = hub::this_hub();
  thread_local std::unique_ptr<detector> mine;
  mine.reset();
  if (limit.count() > 0) mine = std::make_unique<detector>(hub, limit);
}

}  // namespace green
