// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>

#include "green/task.h"

namespace green {

using entry_filter = int (*)(const struct ::dirent*);
using entry_order = int (*)(const struct ::dirent**, const struct ::dirent**);

/// scandirat(3). Others have their turn while it reads and sorts.
task<int> scan(int from, const char* path, struct ::dirent*** names,
               entry_filter filter, entry_order order);

}  // namespace green
