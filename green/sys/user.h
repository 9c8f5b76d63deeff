// SPDX-License-Identifier: MIT
//
// Mirrors <sys/user.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: user_regs_struct and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/user.h>  // the original

namespace green {

using ::user_regs_struct;

}  // namespace green
