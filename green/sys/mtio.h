// SPDX-License-Identifier: MIT
//
// Mirrors <sys/mtio.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: mt_tape_info mtconfiginfo mtget mtop mtpos
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/mtio.h>  // the original

#include "green/sys/ioctl.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::mt_tape_info;
using ::mtconfiginfo;
using ::mtget;
using ::mtop;
using ::mtpos;

}  // namespace green
