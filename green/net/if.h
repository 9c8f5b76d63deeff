// SPDX-License-Identifier: MIT
//
// Mirrors <net/if.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: IFF_ALLMULTI IFF_AUTOMEDIA IFF_BROADCAST
//   IFF_DEBUG IFF_DYNAMIC IFF_LOOPBACK IFF_MASTER IFF_MULTICAST IFF_NOARP
//   IFF_NOTRAILERS IFF_POINTOPOINT IFF_PORTSEL IFF_PROMISC IFF_RUNNING
//   IFF_SLAVE IFF_UP if_freenameindex if_indextoname if_nameindex
//   if_nametoindex ifaddr ifconf ifmap ifreq and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if.h>  // the original

#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::if_freenameindex;
using ::if_indextoname;
using ::if_nameindex;
using ::if_nametoindex;
using ::ifaddr;
using ::ifconf;
using ::IFF_ALLMULTI;
using ::IFF_AUTOMEDIA;
using ::IFF_BROADCAST;
using ::IFF_DEBUG;
using ::IFF_DYNAMIC;
using ::IFF_LOOPBACK;
using ::IFF_MASTER;
using ::IFF_MULTICAST;
using ::IFF_NOARP;
using ::IFF_NOTRAILERS;
using ::IFF_POINTOPOINT;
using ::IFF_PORTSEL;
using ::IFF_PROMISC;
using ::IFF_RUNNING;
using ::IFF_SLAVE;
using ::IFF_UP;
using ::ifmap;
using ::ifreq;

}  // namespace green
