// SPDX-License-Identifier: MIT
//
// Mirrors <sys/utsname.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: uname utsname and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/utsname.h>  // the original

namespace green {

using ::uname;
using ::utsname;

}  // namespace green
