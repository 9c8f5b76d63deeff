// SPDX-License-Identifier: MIT
//
// Mirrors <iconv.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: iconv iconv_close iconv_open iconv_t size_t
//   and all macros
// Differs: iconv_open may read its table from the disk. Call it before
//   green::run.
// Missing: nothing.
#pragma once

#include <iconv.h>  // the original

namespace green {

using ::iconv, ::iconv_t;
using ::iconv_close;
using ::iconv_open;
using ::size_t;

}  // namespace green
