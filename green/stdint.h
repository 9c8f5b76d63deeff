// SPDX-License-Identifier: MIT
//
// Mirrors <stdint.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: int16_t int32_t int64_t int8_t int_fast16_t
//   int_fast32_t int_fast64_t int_fast8_t int_least16_t int_least32_t
//   int_least64_t int_least8_t intmax_t intptr_t uint16_t uint32_t uint64_t
//   uint8_t uint_fast16_t uint_fast32_t uint_fast64_t uint_fast8_t
//   uint_least16_t uint_least32_t uint_least64_t uint_least8_t uintmax_t
//   uintptr_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <stdint.h>  // the original

namespace green {

using ::int16_t;
using ::int32_t;
using ::int64_t;
using ::int8_t;
using ::int_fast16_t;
using ::int_fast32_t;
using ::int_fast64_t;
using ::int_fast8_t;
using ::int_least16_t;
using ::int_least32_t;
using ::int_least64_t;
using ::int_least8_t;
using ::intmax_t;
using ::intptr_t;
using ::uint16_t;
using ::uint32_t;
using ::uint64_t;
using ::uint8_t;
using ::uint_fast16_t;
using ::uint_fast32_t;
using ::uint_fast64_t;
using ::uint_fast8_t;
using ::uint_least16_t;
using ::uint_least32_t;
using ::uint_least64_t;
using ::uint_least8_t;
using ::uintmax_t;
using ::uintptr_t;

}  // namespace green
