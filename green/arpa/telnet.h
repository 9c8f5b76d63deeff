// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/telnet.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: authtype_names encrypt_names enctype_names
//   slc_names telcmds and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/telnet.h>  // the original

namespace green {

using ::authtype_names;
using ::encrypt_names;
using ::enctype_names;
using ::slc_names;
using ::telcmds;

}  // namespace green
