// SPDX-License-Identifier: MIT
#include "green/interval.h"

#include <stdexcept>

#include "green/core/sleep.h"

namespace green {

interval::interval(std::int64_t period) : period_(period), last_(core::now()) {
  if (period <= 0) {
    throw std::invalid_argument("interval: the period has to be positive");
  }
}

// The ticks that have passed, which are taken.
std::uint64_t interval::take() noexcept {
  std::int64_t last = last_.load();
  std::int64_t passed = 0;
  do {
    passed = (core::now() - last) / period_;
    if (passed <= 0) return 0;
  } while (!last_.compare_exchange_weak(last, last + passed * period_));
  return static_cast<std::uint64_t>(passed);
}

task<std::uint64_t> interval::next() {
  std::uint64_t passed = 0;
  while (passed == 0) {
    const std::int64_t tick = core::deadline::after(last_.load(), period_);
    co_await core::sleep_wait(core::deadline::at(tick));
    passed = take();
  }
  co_return passed;
}

}  // namespace green
