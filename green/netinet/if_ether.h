// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/if_ether.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ether_arp and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/if_ether.h>  // the original

#include "green/net/ethernet.h"
#include "green/net/if_arp.h"
#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::ether_arp;

}  // namespace green
