// SPDX-License-Identifier: MIT
#pragma once

namespace green::hub {

/// A full memory barrier of every thread of the process that runs,
/// membarrier(2); null when the kernel refuses it.
void (*process_barrier() noexcept)() noexcept;

}  // namespace green::hub
