// SPDX-License-Identifier: MIT
//
// Mirrors <protocols/timed.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: tsp and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <protocols/timed.h>  // the original

#include "green/sys/select.h"
#include "green/sys/time.h"
#include "green/sys/types.h"

namespace green {

using ::tsp;

}  // namespace green
