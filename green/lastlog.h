// SPDX-License-Identifier: MIT
//
// Mirrors <lastlog.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <lastlog.h>  // the original

#include "green/sys/select.h"
#include "green/sys/time.h"
#include "green/sys/types.h"
#include "green/utmp.h"
