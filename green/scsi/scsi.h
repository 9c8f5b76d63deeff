// SPDX-License-Identifier: MIT
//
// Mirrors <scsi/scsi.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ccs_modesel_head and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <scsi/scsi.h>  // the original

namespace green {

using ::ccs_modesel_head;

}  // namespace green
