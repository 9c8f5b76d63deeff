// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <iterator>
#include <vector>

#include "green/patcher/replacement.h"
#include "green/time.h"
#include "green/unistd.h"

namespace green::patcher {

namespace {

// The whole time when the wait fails, as after a signal.
unsigned sleep_on(unsigned seconds) {
  return wait([&] { return green::sleep(seconds); }) == 0 ? 0 : seconds;
}

int clock_nanosleep_on(clockid_t clock, int flags, const timespec* length,
                       timespec* remaining) {
  return wait_number(
      [&] { return green::clock_nanosleep(clock, flags, length, remaining); });
}

}  // namespace

void add_time_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      hook_like<"nanosleep", awaited<green::nanosleep>>("time", ::nanosleep),
      hook_like<"clock_nanosleep", clock_nanosleep_on>("time",
                                                       ::clock_nanosleep),
      hook_like<"usleep", awaited<green::usleep>>("time", ::usleep),
      hook_like<"sleep", sleep_on>("time", ::sleep),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
