// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ucontext.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: mcontext_t ucontext_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/ucontext.h>  // the original

namespace green {

using ::mcontext_t;
using ::ucontext_t;

}  // namespace green
