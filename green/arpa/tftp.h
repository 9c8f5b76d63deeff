// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/tftp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: tftphdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/tftp.h>  // the original

namespace green {

using ::tftphdr;

}  // namespace green
