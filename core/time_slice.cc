// SPDX-License-Identifier: MIT
#include "green/core/time_slice.h"

#include <algorithm>
#include <utility>

#include "green/core/run_clock.h"
#include "green/core/scheduler.h"

namespace green::core {

namespace {

constexpr std::int64_t microsecond = 1'000;
constexpr std::int64_t slice = 100 * microsecond;
constexpr std::int64_t between_looks = 20 * microsecond;

}  // namespace

// Looks with a pause between them tell nothing of the length of a stride.
bool time_slice::used_up(scheduler& hub) noexcept {
  run_clock& clock = hub.run_looks();
  const std::int64_t now = hub.now();
  const bool goes_on = std::exchange(clock.run, hub.runs()) == hub.runs();
  if (goes_on) {
    adapt(now - clock.looked_at);
  } else {
    clock.began = now;
  }
  clock.looked_at = now;
  left_ = stride_;
  return goes_on && (now - clock.began >= slice || now == clock.began);
}

void time_slice::adapt(std::int64_t took) noexcept {
  if (took < between_looks) {
    stride_ = static_cast<std::uint16_t>(
        std::min<unsigned>(stride_ * 2u, longest_stride));
  } else if (took > 2 * between_looks) {
    const std::int64_t fitting = stride_ * between_looks / took;
    stride_ = static_cast<std::uint16_t>(std::max<std::int64_t>(fitting, 1));
  }
}

}  // namespace green::core
