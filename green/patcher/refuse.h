// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace green::patcher {

/// A refusal aborts the process instead of failing the call.
inline constinit std::atomic<bool> strict_refusals = false;

/// Says on stderr that the function cannot be called on a fiber, with the
/// module of the code at `caller`. Sets errno to ENOTSUP.
void refuse(const char* function, const char* why, const void* caller) noexcept;

}  // namespace green::patcher
