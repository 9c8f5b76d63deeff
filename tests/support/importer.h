// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace tests {

/// getppid(2), as a static library calls it.
pid_t parent_process();

}  // namespace tests
