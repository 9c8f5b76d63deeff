// SPDX-License-Identifier: MIT
//
// Mirrors <setjmp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: jmp_buf longjmp setjmp sigjmp_buf siglongjmp
//   and all macros
// Differs: a longjmp must not leave the part of a coroutine between two awaits.
// Missing: nothing.
#pragma once

#include <setjmp.h>  // the original

namespace green {

using ::jmp_buf;
using ::longjmp;
using ::setjmp;
using ::sigjmp_buf;
using ::siglongjmp;

}  // namespace green
