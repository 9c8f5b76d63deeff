// SPDX-License-Identifier: MIT
//
// Mirrors <wordexp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: WRDE_APPEND WRDE_BADCHAR WRDE_BADVAL
//   WRDE_CMDSUB WRDE_DOOFFS WRDE_NOCMD WRDE_NOSPACE WRDE_NOSYS WRDE_REUSE
//   WRDE_SHOWERR WRDE_SYNTAX WRDE_UNDEF size_t wordexp_t wordfree and all
//   macros
// Differs: nothing.
// Missing: wordexp: it runs a shell. Await green::system of "green/stdlib.h",
//   or green::glob of "green/glob.h".
#pragma once

#include <wordexp.h>  // the original

namespace green {

using ::size_t;
using ::wordexp_t;
using ::wordfree;
using ::WRDE_APPEND;
using ::WRDE_BADCHAR;
using ::WRDE_BADVAL;
using ::WRDE_CMDSUB;
using ::WRDE_DOOFFS;
using ::WRDE_NOCMD;
using ::WRDE_NOSPACE;
using ::WRDE_NOSYS;
using ::WRDE_REUSE;
using ::WRDE_SHOWERR;
using ::WRDE_SYNTAX;
using ::WRDE_UNDEF;

}  // namespace green
