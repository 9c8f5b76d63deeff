// SPDX-License-Identifier: MIT
//
// Mirrors <re_comp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <re_comp.h>  // the original

#include "green/regex.h"
#include "green/sys/select.h"
#include "green/sys/types.h"
