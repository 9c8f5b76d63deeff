// SPDX-License-Identifier: MIT
//
// Mirrors <ttyent.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ttyent and all macros
// Differs: nothing.
// Missing: setttyent endttyent getttyent getttynam: they read a file. Await
//   green::getline of "green/stdio.h".
#pragma once

#include <ttyent.h>  // the original

namespace green {

using ::ttyent;

}  // namespace green
