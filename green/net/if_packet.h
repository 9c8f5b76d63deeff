// SPDX-License-Identifier: MIT
//
// Mirrors <net/if_packet.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: sa_family_t sockaddr_pkt and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if_packet.h>  // the original

namespace green {

using ::sa_family_t;
using ::sockaddr_pkt;

}  // namespace green
