// SPDX-License-Identifier: MIT
//
// Mirrors <net/if_shaper.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: shaperconf and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if_shaper.h>  // the original

#include "green/net/if.h"
#include "green/stdint.h"
#include "green/sys/ioctl.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::shaperconf;

}  // namespace green
