// SPDX-License-Identifier: MIT
//
// Mirrors <uchar.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: c16rtomb c32rtomb mbrtoc16 mbrtoc32 mbstate_t
//   size_t and all macros
// Differs: nothing.
// Missing: c8rtomb mbrtoc8: not every glibc has these.
#pragma once

#include <uchar.h>  // the original

namespace green {

using ::c16rtomb;
using ::c32rtomb;
using ::mbrtoc16;
using ::mbrtoc32;
using ::mbstate_t;
using ::size_t;

}  // namespace green
