// SPDX-License-Identifier: MIT
//
// Mirrors <shadow.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FILE sgetspent sgetspent_r size_t spwd and
//   all macros
// Differs: nothing.
// Missing: setspent endspent getspent getspnam getspent_r getspnam_r fgetspent
//   fgetspent_r putspent: they read or write a file. Await green::getline of
//   "green/stdio.h", and give the line to sgetspent. lckpwdf ulckpwdf: lckpwdf
//   waits for a lock. Await green::lockf of "green/unistd.h" on /etc/.pwd.lock.
#pragma once

#include <shadow.h>  // the original

namespace green {

using ::FILE;
using ::sgetspent;
using ::sgetspent_r;
using ::size_t;
using ::spwd;

}  // namespace green
