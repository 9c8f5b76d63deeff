// SPDX-License-Identifier: MIT
//
// Mirrors <netpacket/packet.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: packet_mreq sockaddr_ll and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netpacket/packet.h>  // the original

namespace green {

using ::packet_mreq;
using ::sockaddr_ll;

}  // namespace green
