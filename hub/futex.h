// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace green::hub {

/// futex(2): waits up to `timeout` ns while the word has this value.
/// pthread_cancel may unwind the call.
void wait_on(const std::atomic<std::uint32_t>& word, std::uint32_t value,
             std::int64_t timeout);
void wake_one(const std::atomic<std::uint32_t>& word) noexcept;
/// futex(2): wakes up to `most` threads, of this process or of all that share
/// the word.
void wake_futex(const void* word, int most, bool shared) noexcept;

}  // namespace green::hub
