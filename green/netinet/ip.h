// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/ip.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ip ip_timestamp iphdr timestamp and all
//   macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/ip.h>  // the original

#include "green/netinet/in.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::ip;
using ::ip_timestamp;
using ::iphdr;
using ::timestamp;

}  // namespace green
