// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/nameser_compat.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: HEADER and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/nameser_compat.h>  // the original

namespace green {

using ::HEADER;

}  // namespace green
