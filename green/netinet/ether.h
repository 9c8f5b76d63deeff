// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/ether.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ether_aton ether_aton_r ether_line ether_ntoa
//   ether_ntoa_r and all macros
// Differs: nothing.
// Missing: ether_hostton ether_ntohost: the look-ups wait for a file or a
//   server. Await green::threadpool::apply of "green/threadpool.h" with the
//   original.
#pragma once

#include <netinet/ether.h>  // the original

#include "green/net/ethernet.h"
#include "green/net/if_arp.h"
#include "green/netinet/if_ether.h"
#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::ether_aton;
using ::ether_aton_r;
using ::ether_line;
using ::ether_ntoa;
using ::ether_ntoa_r;

}  // namespace green
