// SPDX-License-Identifier: MIT
//
// Mirrors <sys/raw.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: raw_config_request and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/raw.h>  // the original

#include "green/stdint.h"
#include "green/sys/ioctl.h"

namespace green {

using ::raw_config_request;

}  // namespace green
