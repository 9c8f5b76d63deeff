// SPDX-License-Identifier: MIT
//
// Mirrors <scsi/scsi_ioctl.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <scsi/scsi_ioctl.h>  // the original
