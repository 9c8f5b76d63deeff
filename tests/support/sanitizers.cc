// SPDX-License-Identifier: MIT
#include "tests/support/sanitizers.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GREEN_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif

namespace tests {

bool with_address_sanitizer() noexcept {
#ifdef GREEN_ASAN
  return true;
#else
  return false;
#endif
}

bool with_thread_sanitizer() noexcept {
#ifdef GREEN_TSAN
  return true;
#else
  return false;
#endif
}

}  // namespace tests
