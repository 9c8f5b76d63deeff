// SPDX-License-Identifier: MIT
// An idle hub on virtual time.
#include <algorithm>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/system.h"
#include "green/hub/alone.h"
#include "green/hub/answers.h"
#include "green/hub/loop.h"

namespace green::hub {

namespace {

constexpr std::int64_t millisecond = 1'000'000;

// How long virtual time waits for an answer, in real time. Linux answers a
// request of which the process has both ends within microseconds.
constexpr std::int64_t for_a_disk = 10'000 * millisecond;
constexpr std::int64_t for_an_outsider = 50 * millisecond;
constexpr std::int64_t for_a_peer = 10 * millisecond;

}  // namespace

// False: there is no timer and no moment to jump to.
bool loop::idle_virtually(std::int64_t latest) {
  poll();
  if (!nothing_ready()) return true;
  const std::int64_t own = kernel_->next_moment();
  std::int64_t next = std::min(timers_.next(), own);
  const bool closed = !kernel_->open_world();
  if (next == core::deadline::infinite && !closed) return false;
  if (next == core::deadline::infinite && latest == next) {
    stuck();
    return true;
  }
  if (closed) next = std::min(next, latest);
  if (!closed && patient_ && answers_come()) return true;
  if (next > virtual_now_) {
    tally_.idle += next - virtual_now_;
    virtual_now_ = next;
  }
  turn_time_ = virtual_now_;
  return true;
}

// Gives the requests in flight their patience. After a wait in vain, nothing
// has changed for whoever could answer until the next request or plain call.
bool loop::answers_come() {
  const bool helped = expected_.load() != 0;
  if (in_flight_ == 1 && !helped) return false;
  const std::int64_t start = core::steady_now();
  const bool again = vain_at_ == calls_ && at_disk_ == 0 && !helped;
  if (again) {
    kernel_->wait(0);
    take_completions();
    return !nothing_ready();
  }
  for (;;) {
    const std::int64_t left = start + patience() - core::steady_now();
    if (left <= 0) break;
    sleep(left);
    if (!nothing_ready()) return true;
  }
  vain_at_ = calls_;
  return false;
}

std::int64_t loop::patience() const {
  if (at_disk_ != 0) return for_a_disk;
  const bool outsiders = expected_.load() != 0 || has_children() || !alone();
  return outsiders ? for_an_outsider : for_a_peer;
}

}  // namespace green::hub
