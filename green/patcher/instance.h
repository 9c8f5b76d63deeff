// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "green/patcher/object.h"

namespace green::patcher {

/// Claims this process, where these objects are loaded, for the copy of green
/// that it is called in. Throws std::logic_error when another copy, in another
/// shared object, has patched: the hooks of one know nothing of the fibers of
/// the other.
void claim_process(const std::vector<object>& objects);
/// Lets another copy patch.
void release_process() noexcept;

/// Is green itself in that shared object?
bool is_green(const object& o) noexcept;

/// Throws std::system_error(ENOSYS) where nothing can be patched: another C
/// library than glibc, other processors than x86-64 and arm64, a shadow stack.
void require_platform();

}  // namespace green::patcher
