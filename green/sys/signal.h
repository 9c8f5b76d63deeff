// SPDX-License-Identifier: MIT
//
// Mirrors <sys/signal.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/signal.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/signal.h>  // the original

#include "green/signal.h"
