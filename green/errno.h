// SPDX-License-Identifier: MIT
//
// Mirrors <errno.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: error_t program_invocation_name
//   program_invocation_short_name and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <errno.h>  // the original

namespace green {

using ::error_t;
using ::program_invocation_name;
using ::program_invocation_short_name;

}  // namespace green
