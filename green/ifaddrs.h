// SPDX-License-Identifier: MIT
//
// Mirrors <ifaddrs.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: freeifaddrs getifaddrs ifaddrs and all macros
// Differs: getifaddrs asks the kernel, which answers at once.
// Missing: nothing.
#pragma once

#include <ifaddrs.h>  // the original

#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/types.h"

namespace green {

using ::freeifaddrs;
using ::getifaddrs;
using ::ifaddrs;

}  // namespace green
