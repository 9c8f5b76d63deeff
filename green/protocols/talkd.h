// SPDX-License-Identifier: MIT
//
// Mirrors <protocols/talkd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: CTL_MSG CTL_RESPONSE and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <protocols/talkd.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::CTL_MSG;
using ::CTL_RESPONSE;

}  // namespace green
