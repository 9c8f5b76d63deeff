// SPDX-License-Identifier: MIT
//
// Mirrors <protocols/routed.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: netinfo rip and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <protocols/routed.h>  // the original

#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::netinfo;
using ::rip;

}  // namespace green
