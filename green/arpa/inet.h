// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/inet.h>.
//
// Awaited: (nothing)
// Same: all else is the original: inet_addr inet_aton inet_lnaof inet_makeaddr
//   inet_net_ntop inet_net_pton inet_neta inet_netof inet_network
//   inet_nsap_addr inet_nsap_ntoa inet_ntoa inet_ntop inet_pton
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/inet.h>  // the original

#include "green/netinet/in.h"

namespace green {

using ::inet_addr;
using ::inet_aton;
using ::inet_lnaof;
using ::inet_makeaddr;
using ::inet_net_ntop;
using ::inet_net_pton;
using ::inet_neta;
using ::inet_netof;
using ::inet_network;
using ::inet_nsap_addr;
using ::inet_nsap_ntoa;
using ::inet_ntoa;
using ::inet_ntop;
using ::inet_pton;

}  // namespace green
