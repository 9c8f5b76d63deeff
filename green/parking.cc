// SPDX-License-Identifier: MIT
#include "green/parking.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "green/core/immortal.h"
#include "green/core/queue_wait.h"

namespace green {

namespace {

// Keys share a few queues: who is woken for another's key looks again.
constinit core::immortal<std::array<core::wait_queue, 64>> queues;

core::wait_queue& queue_of(std::uint64_t key) {
  return queues.value[(key * 0x9E3779B97F4A7C15u >> 32) % queues.value.size()];
}

class park_wait final : public core::queue_wait {
 public:
  park_wait(core::wait_queue& queue, const char* what, core::deadline until)
      : queue_wait(queue, until), what_(what) {}
  void await_resume() { finish_wait(); }
  void describe(std::string& out) const override { out += what_; }

 private:
  bool satisfied() override { return false; }

  const char* what_;
};

}  // namespace

task<> park(std::uint64_t key, const char* what, unsigned round,
            core::deadline until) {
  const std::chrono::microseconds pause(
      std::min(10'000u, 50u << std::min(round, 8u)));
  const core::deadline look = pause;
  co_await park_wait(queue_of(key), what,
                     look.ns() < until.ns() ? look : until);
}

void unpark(std::uint64_t key) noexcept { queue_of(key).notify_all(); }

}  // namespace green
