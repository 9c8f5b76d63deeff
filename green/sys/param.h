// SPDX-License-Identifier: MIT
//
// Mirrors <sys/param.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/param.h>  // the original

#include "green/signal.h"
#include "green/sys/select.h"
#include "green/sys/types.h"
#include "green/sys/ucontext.h"
#include "green/unistd.h"
