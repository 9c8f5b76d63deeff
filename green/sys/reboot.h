// SPDX-License-Identifier: MIT
//
// Mirrors <sys/reboot.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: reboot and all macros
// Differs: reboot ends the machine at once.
// Missing: nothing.
#pragma once

#include <sys/reboot.h>  // the original

namespace green {

using ::reboot;

}  // namespace green
