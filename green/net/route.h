// SPDX-License-Identifier: MIT
//
// Mirrors <net/route.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: in6_rtmsg rtentry and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/route.h>  // the original

#include "green/netinet/in.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::in6_rtmsg;
using ::rtentry;

}  // namespace green
