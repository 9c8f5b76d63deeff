// SPDX-License-Identifier: MIT
//
// Mirrors <sys/sendfile.h>.
//
// Awaited: sendfile
// Same: all else is the original: off_t size_t ssize_t
// Differs: A kill or timeout that meets a transfer in part gives the part, and
//   is thrown at the next await. The bytes pass through a buffer.
// Missing: sendfile64, as off_t has 64 bits.
#pragma once

#include <sys/sendfile.h>  // the original

#include "green/task.h"

namespace green {

using ::off_t;
using ::size_t;
using ::ssize_t;

/// sendfile(2)
task<ssize_t> sendfile(int to, int from, off_t* offset, size_t count);

}  // namespace green
