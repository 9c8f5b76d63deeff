// SPDX-License-Identifier: MIT
//
// Mirrors <sys/errno.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/errno.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/errno.h>  // the original

#include "green/errno.h"
