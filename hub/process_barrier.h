// SPDX-License-Identifier: MIT
#pragma once

namespace green::hub {

/// A function that makes every running thread of the process pass a full memory
/// barrier, by membarrier(2). Null: the kernel refuses it.
void (*process_barrier() noexcept)() noexcept;

}  // namespace green::hub
