// SPDX-License-Identifier: MIT
//
// Mirrors <sys/poll.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/poll.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/poll.h>  // the original

#include "green/poll.h"
