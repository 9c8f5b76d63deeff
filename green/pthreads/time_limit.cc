// SPDX-License-Identifier: MIT
#include "green/pthreads/time_limit.h"

#include <cerrno>

#include "green/posix/timespecs.h"

namespace green::pthreads {

int time_limit::error() const noexcept {
  if (until == nullptr) return 0;
  return has_clock() && valid_time(*until) ? 0 : EINVAL;
}

core::deadline time_limit::deadline() const {
  return deadline_at(until, clock);
}

}  // namespace green::pthreads
