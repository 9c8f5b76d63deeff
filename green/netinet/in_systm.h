// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/in_systm.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: n_long n_short n_time and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/in_systm.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::n_long;
using ::n_short;
using ::n_time;

}  // namespace green
