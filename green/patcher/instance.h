// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "green/patcher/object.h"

namespace green::patcher {

/// Claims this process, with these objects loaded, for the calling copy of
/// green. Throws std::logic_error when a copy in another shared object has
/// patched, because its hooks know nothing of this copy's fibers.
void claim_process(const std::vector<object>& objects);
/// Lets another copy patch.
void release_process() noexcept;

/// Is green itself in that shared object?
bool is_green(const object& o) noexcept;

/// Throws std::system_error(ENOSYS) where nothing can be patched: another C
/// library than glibc, other processors than x86-64 and arm64, a shadow stack.
void require_platform();

}  // namespace green::patcher
