// SPDX-License-Identifier: MIT
#include "tests/support/importer.h"

#include <unistd.h>

namespace tests {

pid_t parent_process() { return ::getppid(); }

}  // namespace tests
