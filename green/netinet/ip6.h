// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/ip6.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ip6_dest ip6_ext ip6_frag ip6_hbh ip6_hdr
//   ip6_opt ip6_opt_jumbo ip6_opt_nsap ip6_opt_router ip6_opt_tunnel ip6_rthdr
//   ip6_rthdr0 and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/ip6.h>  // the original

#include "green/inttypes.h"
#include "green/netinet/in.h"
#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::ip6_dest;
using ::ip6_ext;
using ::ip6_frag;
using ::ip6_hbh;
using ::ip6_hdr;
using ::ip6_opt;
using ::ip6_opt_jumbo;
using ::ip6_opt_nsap;
using ::ip6_opt_router;
using ::ip6_opt_tunnel;
using ::ip6_rthdr;
using ::ip6_rthdr0;

}  // namespace green
