// SPDX-License-Identifier: MIT
//
// Mirrors <ucontext.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: getcontext makecontext setcontext swapcontext
//   and all macros
// Differs: a context must not be left or entered between two awaits of a
//   coroutine. Functions that block run in green::patched, on a fiber.
// Missing: nothing.
#pragma once

#include <ucontext.h>  // the original

#include "green/sys/ucontext.h"

namespace green {

using ::getcontext;
using ::makecontext;
using ::setcontext;
using ::swapcontext;

}  // namespace green
