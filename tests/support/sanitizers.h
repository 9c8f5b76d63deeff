// SPDX-License-Identifier: MIT
//
// Sanitizers end or blame a program where the C library has an answer. Tests
// that compare such answers ask here.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GREEN_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif

namespace tests {

#ifdef GREEN_ASAN
inline constexpr bool with_address_sanitizer = true;
#else
inline constexpr bool with_address_sanitizer = false;
#endif

#ifdef GREEN_TSAN
inline constexpr bool with_thread_sanitizer = true;
#else
inline constexpr bool with_thread_sanitizer = false;
#endif

}  // namespace tests
