// SPDX-License-Identifier: MIT
//
// Mirrors <strings.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: bcmp bcopy bzero ffs ffsl ffsll index
//   locale_t rindex size_t strcasecmp strcasecmp_l strncasecmp strncasecmp_l
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <strings.h>  // the original

namespace green {

using ::bcmp;
using ::bcopy;
using ::bzero;
using ::ffs;
using ::ffsl;
using ::ffsll;
using ::index;
using ::locale_t;
using ::rindex;
using ::size_t;
using ::strcasecmp;
using ::strcasecmp_l;
using ::strncasecmp;
using ::strncasecmp_l;

}  // namespace green
