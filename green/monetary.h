// SPDX-License-Identifier: MIT
//
// Mirrors <monetary.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: locale_t size_t ssize_t strfmon strfmon_l and
//   all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <monetary.h>  // the original

namespace green {

using ::locale_t;
using ::size_t;
using ::ssize_t;
using ::strfmon;
using ::strfmon_l;

}  // namespace green
