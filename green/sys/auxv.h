// SPDX-License-Identifier: MIT
//
// Mirrors <sys/auxv.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: getauxval and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/auxv.h>  // the original

#include "green/elf.h"
#include "green/stdint.h"

namespace green {

using ::getauxval;

}  // namespace green
