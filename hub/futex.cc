// SPDX-License-Identifier: MIT
#include "green/hub/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "green/core/deadline.h"
#include "green/hub/cancellation.h"

namespace green::hub {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4);

namespace {

[[gnu::noinline]] void sleep_on(const void* word, std::uint32_t value,
                                const timespec* limit) {
  allow_cancellation();
  ::syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, limit, nullptr, 0);
  deny_cancellation();
}

}  // namespace

void wait_on(const std::atomic<std::uint32_t>& word, std::uint32_t value,
             std::int64_t timeout) {
  const timespec limit = core::timespec_of(timeout);
  const bool forever = timeout == core::deadline::infinite;
  const int errno_of_who_ran = errno;
  sleep_on(&word, value, forever ? nullptr : &limit);
  errno = errno_of_who_ran;
}

void wake_one(const std::atomic<std::uint32_t>& word) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void wake_futex(const void* word, int most, bool shared) noexcept {
  const int operation = shared ? FUTEX_WAKE : FUTEX_WAKE_PRIVATE;
  ::syscall(SYS_futex, word, operation, most, nullptr, nullptr, 0);
}

}  // namespace green::hub
