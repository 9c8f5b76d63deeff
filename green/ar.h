// SPDX-License-Identifier: MIT
//
// Mirrors <ar.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ar_hdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <ar.h>  // the original

namespace green {

using ::ar_hdr;

}  // namespace green
