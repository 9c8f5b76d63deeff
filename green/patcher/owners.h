// SPDX-License-Identifier: MIT
#pragma once

namespace green::patcher {

class fiber;

/// Knows which fiber of this thread owns the lock of a stream. The C library
/// knows the thread alone, and so takes all its fibers for one.
namespace owners {

enum class claim : unsigned char { nobody, mine, others };

/// Whose is the lock, which is taken or not?
claim look(const void* lock, bool taken, const fiber* me) noexcept;
/// Has this fiber any?
bool has_any(const fiber& me) noexcept;
/// To be called after the lock was locked once more, or unlocked once.
void locked(const void* lock, const fiber& me);
void unlocked(const void* lock) noexcept;

}  // namespace owners
}  // namespace green::patcher
