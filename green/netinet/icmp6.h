// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/icmp6.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: icmp6_filter icmp6_hdr icmp6_router_renum
//   mld_hdr nd_neighbor_advert nd_neighbor_solicit nd_opt_adv_interval
//   nd_opt_hdr nd_opt_home_agent_info nd_opt_mtu nd_opt_prefix_info
//   nd_opt_rd_hdr nd_redirect nd_router_advert nd_router_solicit rr_pco_match
//   rr_pco_use rr_result and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/icmp6.h>  // the original

#include "green/inttypes.h"
#include "green/netinet/in.h"
#include "green/stdint.h"
#include "green/string.h"
#include "green/strings.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::icmp6_filter;
using ::icmp6_hdr;
using ::icmp6_router_renum;
using ::mld_hdr;
using ::nd_neighbor_advert;
using ::nd_neighbor_solicit;
using ::nd_opt_adv_interval;
using ::nd_opt_hdr;
using ::nd_opt_home_agent_info;
using ::nd_opt_mtu;
using ::nd_opt_prefix_info;
using ::nd_opt_rd_hdr;
using ::nd_redirect;
using ::nd_router_advert;
using ::nd_router_solicit;
using ::rr_pco_match;
using ::rr_pco_use;
using ::rr_result;

}  // namespace green
