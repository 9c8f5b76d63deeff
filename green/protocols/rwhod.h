// SPDX-License-Identifier: MIT
//
// Mirrors <protocols/rwhod.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: outmp whod and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <protocols/rwhod.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::outmp;
using ::whod;

}  // namespace green
