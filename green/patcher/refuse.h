// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace green::patcher {

/// A refusal aborts, instead of failing the call.
inline constinit std::atomic<bool> strict_refusals = false;

/// Says on stderr that this function cannot be called on a fiber, and from
/// which module it was: the code at `caller`. Sets errno to ENOTSUP.
void refuse(const char* function, const char* why, const void* caller) noexcept;

}  // namespace green::patcher
