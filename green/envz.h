// SPDX-License-Identifier: MIT
//
// Mirrors <envz.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: envz_add envz_entry envz_get envz_merge
//   envz_remove envz_strip and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <envz.h>  // the original

#include "green/argz.h"
#include "green/errno.h"
#include "green/string.h"
#include "green/strings.h"

namespace green {

using ::envz_add;
using ::envz_entry;
using ::envz_get;
using ::envz_merge;
using ::envz_remove;
using ::envz_strip;

}  // namespace green
