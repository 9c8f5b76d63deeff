// SPDX-License-Identifier: MIT
#pragma once

namespace green::patcher {

/// Is a thread with this function and argument to be a real one? See
/// keep_real_threads and move_computing_threads.
bool stays_real(const void* function, const void* argument) noexcept;

/// What a thread runs: its function, or the type of a std::thread's callable.
/// Null before tell_code_apart.
const void* code_of_thread(const void* function, const void* argument) noexcept;

void tell_code_apart() noexcept;

/// From now on, threads with this code are real ones.
void keep_real(const void* code);

}  // namespace green::patcher
