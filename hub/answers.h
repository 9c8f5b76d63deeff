// SPDX-License-Identifier: MIT
#pragma once

#include "green/hub/entry.h"

namespace green::hub {

/// Does the kernel, a disk or a helper thread end the request, whatever any
/// peer does?
bool ends_by_itself(const entry& what) noexcept;

/// Has the process a child, alive or not yet waited for?
bool has_children() noexcept;

}  // namespace green::hub
