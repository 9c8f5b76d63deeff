// SPDX-License-Identifier: MIT
#include "green/core/time_slice.h"

#include <algorithm>
#include <utility>

#include "green/core/scheduler.h"

namespace green::core {

namespace {

constexpr std::uint32_t microsecond = 1'000;
constexpr std::uint32_t slice = 100 * microsecond;
constexpr std::uint32_t between_looks = 20 * microsecond;

}  // namespace

// Differences are right up to 4 seconds. After a longer pause a turn may come
// one look late.
bool time_slice::used_up(const scheduler& hub) noexcept {
  const auto now = static_cast<low>(hub.now());
  const auto run = static_cast<low>(hub.runs());
  const bool goes_on = std::exchange(run_, run) == run;
  adapt(now - std::exchange(looked_at_, now), goes_on);
  left_ = stride_;
  if (!goes_on) began_ = now;
  return goes_on && (now - began_ >= slice || now == began_);
}

// A stride that took little time with pauses takes less without them. One that
// took much time with pauses tells nothing.
void time_slice::adapt(low took, bool without_a_pause) noexcept {
  if (took < between_looks) {
    stride_ = static_cast<std::uint16_t>(
        std::min<unsigned>(stride_ * 2u, longest_stride));
  } else if (without_a_pause && took > 2 * between_looks) {
    const low fitting = stride_ * between_looks / took;
    stride_ = static_cast<std::uint16_t>(std::max<low>(fitting, 1));
  }
}

}  // namespace green::core
