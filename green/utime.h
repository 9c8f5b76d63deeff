// SPDX-License-Identifier: MIT
//
// Mirrors <utime.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: utime
// Same: all else is the original: time_t utimbuf
// Differs: a call that has begun ends before a kill or timeout is looked at.
// Missing: nothing.
#pragma once

#include <utime.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"

namespace green {

using ::time_t;
using ::utimbuf;

/// utime(2)
hub::operation<int> utime(const char* path GREEN_KEPT,
                          const utimbuf* times GREEN_KEPT);

}  // namespace green
