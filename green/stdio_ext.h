// SPDX-License-Identifier: MIT
//
// Mirrors <stdio_ext.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FSETLOCKING_BYCALLER FSETLOCKING_INTERNAL
//   FSETLOCKING_QUERY __fbufsize __flbf __fpending __fpurge __freadable
//   __freading __fsetlocking __fwritable __fwriting and all macros
// Differs: nothing.
// Missing: _flushlbf: it writes all streams of lines. Await green::fflush of
//   "green/stdio.h" with nullptr.
#pragma once

#include <stdio_ext.h>  // the original

#include "green/stdio.h"

namespace green {

using ::__fbufsize;
using ::__flbf;
using ::__fpending;
using ::__fpurge;
using ::__freadable;
using ::__freading;
using ::__fsetlocking;
using ::__fwritable;
using ::__fwriting;
using ::FSETLOCKING_BYCALLER;
using ::FSETLOCKING_INTERNAL;
using ::FSETLOCKING_QUERY;

}  // namespace green
