// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

namespace green::patcher {

class fiber;

/// Which fiber of this thread has a lock that asks for its owner: a mutex that
/// is recursive or checks for errors, the lock of a stream. The C library knows
/// the thread alone, for which all of its fibers are the same.
namespace owners {

enum class claim : unsigned char { nobody, mine, others };

bool asks_for_owner(const pthread_mutex_t& mutex) noexcept;
/// nullptr: code that is on no fiber asks.
claim look(const pthread_mutex_t& mutex, const fiber* me) noexcept;
/// Of any lock, that is taken or not.
claim look(const void* lock, bool taken, const fiber* me) noexcept;
/// Has this fiber any?
bool has_any(const fiber& me) noexcept;
/// It was locked once more, or unlocked once.
void locked(const void* lock, const fiber& me);
void unlocked(const void* lock) noexcept;

}  // namespace owners
}  // namespace green::patcher
