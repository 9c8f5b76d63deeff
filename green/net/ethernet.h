// SPDX-License-Identifier: MIT
//
// Mirrors <net/ethernet.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ether_addr ether_header ethhdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/ethernet.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::ether_addr;
using ::ether_header;
using ::ethhdr;

}  // namespace green
