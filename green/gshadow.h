// SPDX-License-Identifier: MIT
//
// Mirrors <gshadow.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FILE sgetsgent sgetsgent_r sgrp size_t and
//   all macros
// Differs: nothing.
// Missing: setsgent endsgent getsgent getsgnam getsgent_r getsgnam_r fgetsgent
//   fgetsgent_r putsgent: they read or write a file. Await green::getline of
//   "green/stdio.h", and give the line to sgetsgent.
#pragma once

#include <gshadow.h>  // the original

namespace green {

using ::FILE;
using ::sgetsgent;
using ::sgetsgent_r;
using ::sgrp;
using ::size_t;

}  // namespace green
