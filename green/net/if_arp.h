// SPDX-License-Identifier: MIT
//
// Mirrors <net/if_arp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: arpd_request arphdr arpreq arpreq_old and all
//   macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if_arp.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::arpd_request;
using ::arphdr;
using ::arpreq;
using ::arpreq_old;

}  // namespace green
