// SPDX-License-Identifier: MIT
//
// Mirrors <argz.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: argz_add argz_add_sep argz_append argz_count
//   argz_create argz_create_sep argz_delete argz_extract argz_insert argz_next
//   argz_replace argz_stringify and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <argz.h>  // the original

#include "green/errno.h"
#include "green/string.h"
#include "green/strings.h"

namespace green {

using ::argz_add;
using ::argz_add_sep;
using ::argz_append;
using ::argz_count;
using ::argz_create;
using ::argz_create_sep;
using ::argz_delete;
using ::argz_extract;
using ::argz_insert;
using ::argz_next;
using ::argz_replace;
using ::argz_stringify;

}  // namespace green
