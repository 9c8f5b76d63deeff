// SPDX-License-Identifier: MIT
//
// Mirrors <net/if_ppp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ifpppcstatsreq ifpppstatsreq npioctl
//   ppp_option_data and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if_ppp.h>  // the original

#include "green/net/if.h"
#include "green/net/ppp_defs.h"
#include "green/stdint.h"
#include "green/sys/ioctl.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::ifpppcstatsreq;
using ::ifpppstatsreq;
using ::npioctl;
using ::ppp_option_data;

}  // namespace green
