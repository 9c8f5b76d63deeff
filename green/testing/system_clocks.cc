// SPDX-License-Identifier: MIT
// Clocks of a simulation, under the C library's names.
#include <dlfcn.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "green/core/deadline.h"
#include "green/testing/system.h"
#include "green/testing/world.h"

namespace green::testing {

// clang's sanitizers have their own functions in the executable itself.
void* original(const char* name) noexcept {
  void* const own =
      ::dlsym(RTLD_DEFAULT, (std::string("__interceptor_") + name).c_str());
  return own != nullptr ? own : ::dlsym(RTLD_NEXT, name);
}

void take_clocks() noexcept {}

}  // namespace green::testing

using green::core::timespec_of;
using green::testing::original_as;
using green::testing::world;

// The whole program finds them, of a shared object, too.
#pragma GCC visibility push(default)

extern "C" {

// The look-up of the original may ask for the time itself.
int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const world* const around = world::here();
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
      if (around == nullptr) break;
      *now = timespec_of(around->monotonic());
      return 0;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
      if (around == nullptr) break;
      *now = timespec_of(std::max<std::int64_t>(around->wall(), 0));
      return 0;
    default:
      break;
  }
  using clock_call = int(clockid_t, timespec*);
  static constinit std::atomic<clock_call*> known = nullptr;
  static constinit thread_local bool looking = false;
  clock_call* call = known.load(std::memory_order_relaxed);
  if (call == nullptr && !looking) {
    looking = true;
    call = original_as<clock_call>("clock_gettime");
    known.store(call, std::memory_order_relaxed);
    looking = false;
  }
  if (call != nullptr) return call(clock, now);
  return static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
}

time_t time(time_t* result) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(timeval* result, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *result = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
}

#pragma GCC visibility pop
