// SPDX-License-Identifier: MIT
#include "tests/support/pthread_sides.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define GREEN_ASAN 1
#endif
#endif

namespace tests {

bool reports_misuse() noexcept {
#ifdef GREEN_TSAN
  return true;
#else
  return false;
#endif
}

bool ends_at_misuse_of_threads() noexcept {
#ifdef GREEN_ASAN
  return true;
#else
  return false;
#endif
}

}  // namespace tests
