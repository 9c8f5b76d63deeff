// SPDX-License-Identifier: MIT
//
// Mirrors <mntent.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FILE hasmntopt mntent and all macros
// Differs: nothing.
// Missing: setmntent getmntent getmntent_r addmntent endmntent: they read or
//   write a file. Await green::getline of "green/stdio.h" on /proc/self/mounts,
//   and take the line apart.
#pragma once

#include <mntent.h>  // the original

namespace green {

using ::FILE;
using ::hasmntopt;
using ::mntent;

}  // namespace green
