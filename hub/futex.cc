// SPDX-License-Identifier: MIT
#include "green/hub/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "green/core/deadline.h"

namespace green::hub {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4);

void wait_on(const std::atomic<std::uint32_t>& word, std::uint32_t value,
             std::int64_t timeout) noexcept {
  const timespec limit{.tv_sec = timeout / 1'000'000'000,
                       .tv_nsec = timeout % 1'000'000'000};
  const bool forever = timeout == core::deadline::infinite;
  const int errno_of_who_ran = errno;
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value,
            forever ? nullptr : &limit, nullptr, 0);
  errno = errno_of_who_ran;
}

void wake_one(const std::atomic<std::uint32_t>& word) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace green::hub
