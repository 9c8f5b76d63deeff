// SPDX-License-Identifier: MIT
//
// Mirrors <stdarg.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: va_list and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <stdarg.h>  // the original

namespace green {

using ::va_list;

}  // namespace green
