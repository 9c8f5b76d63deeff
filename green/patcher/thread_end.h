// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace green::patcher {

class made_thread;

/// Called at the end of a fiber that has a thread's number. Whoever gives the
/// first number sets it.
inline constinit std::atomic<void (*)(made_thread&) noexcept> forget_thread =
    nullptr;

}  // namespace green::patcher
