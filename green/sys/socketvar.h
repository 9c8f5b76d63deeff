// SPDX-License-Identifier: MIT
//
// Mirrors <sys/socketvar.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/socket.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/socketvar.h>  // the original

#include "green/sys/socket.h"
