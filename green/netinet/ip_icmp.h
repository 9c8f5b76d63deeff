// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/ip_icmp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: icmp icmp_ra_addr icmphdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/ip_icmp.h>  // the original

#include "green/netinet/in.h"
#include "green/netinet/ip.h"
#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::icmp;
using ::icmp_ra_addr;
using ::icmphdr;

}  // namespace green
