// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "green/core/native_stack.h"

namespace green::core {

/// Where awaitables were made, for reports of builds without NDEBUG. These
/// functions stand in assert() and always give true. They keep their notes
/// beside the awaitables, whose layout is therefore the same in every build.
/// The notes are the OS thread's own.
namespace call_places {

/// The awaitable at this address is made now.
bool note(const void* awaitable) noexcept;
/// It has moved. What stood at `to` is forgotten.
bool move(const void* from, const void* to) noexcept;
bool swap(const void* one, const void* other) noexcept;
/// It needs no report any more.
bool forget(const void* awaitable) noexcept;

/// The native stack that made it; empty when that is not known.
native_stack find(const void* awaitable) noexcept;

}  // namespace call_places

}  // namespace green::core
