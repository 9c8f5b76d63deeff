// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/igmp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: igmp and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/igmp.h>  // the original

#include "green/netinet/in.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::igmp;

}  // namespace green
