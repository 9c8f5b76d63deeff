// SPDX-License-Identifier: MIT
//
// Mirrors <fstab.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: fstab and all macros
// Differs: nothing.
// Missing: setfsent endfsent getfsent getfsspec getfsfile: they read a file.
//   Await green::getline of "green/stdio.h", and take the line apart.
#pragma once

#include <fstab.h>  // the original

namespace green {

using ::fstab;

}  // namespace green
