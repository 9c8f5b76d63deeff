// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace green::patcher {

/// Loads the file of a shared object a second time, beside the one that is
/// loaded: its own functions and data, of no name that others could be bound
/// to; what it needs is shared. The handle of dlopen(3). The file in memory
/// stays open. Throws std::system_error; ENOTSUP under a sanitizer.
void* load_copy(const std::string& path);

}  // namespace green::patcher
