// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/udp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: udphdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/udp.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::udphdr;

}  // namespace green
