// SPDX-License-Identifier: MIT
//
// Mirrors <sys/sysmacros.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: gnu_dev_major gnu_dev_makedev gnu_dev_minor
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/sysmacros.h>  // the original

namespace green {

using ::gnu_dev_major;
using ::gnu_dev_makedev;
using ::gnu_dev_minor;

}  // namespace green
