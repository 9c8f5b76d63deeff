// SPDX-License-Identifier: MIT
//
// Mirrors <obstack.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: obstack obstack_alloc_failed_handler
//   obstack_exit_failure obstack_free and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <obstack.h>  // the original

#include "green/string.h"
#include "green/strings.h"

namespace green {

using ::obstack;
using ::obstack_alloc_failed_handler;
using ::obstack_exit_failure;
using ::obstack_free;

}  // namespace green
