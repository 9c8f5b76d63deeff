// SPDX-License-Identifier: MIT
//
// Mirrors <rpc/netdb.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/netdb.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <rpc/netdb.h>  // the original

#include "green/netdb.h"
