// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace green::patcher {

/// Loads the file of a shared object a second time, beside the loaded one. The
/// copy has functions and data of its own, and no name by which others could
/// bind to them. Its dependencies are shared. Returns the handle of dlopen(3).
/// The file in memory stays open. Throws std::system_error; ENOTSUP under a
/// sanitizer.
void* load_copy(const std::string& path);

}  // namespace green::patcher
