// SPDX-License-Identifier: MIT
//
// Mirrors <sys/vt.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: vt_consize vt_event vt_mode vt_setactivate
//   vt_sizes vt_stat and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/vt.h>  // the original

namespace green {

using ::vt_consize;
using ::vt_event;
using ::vt_mode;
using ::vt_setactivate;
using ::vt_sizes;
using ::vt_stat;

}  // namespace green
