// SPDX-License-Identifier: MIT
#include "green/sys/sem.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "green/core/parking_lot.h"
#include "green/core/signal_scope.h"
#include "green/hub/user_memory.h"
#include "green/posix/kept_errno.h"
#include "green/posix/timespecs.h"

namespace green {

namespace parking_lot = core::parking_lot;

namespace {

using operations_list = std::vector<sembuf>;

std::uint64_t key_of_set(int set) {
  return static_cast<std::uint64_t>(set) + 0x7365'6D00'0000'0000u;
}

bool must_not_wait(const sembuf& one) {
  return (one.sem_flg & IPC_NOWAIT) != 0;
}

// The values of all semaphores of the set at one moment; empty if the process
// may not read them.
std::vector<unsigned short> values_of(int set) {
  semid_ds about{};
  if (::semctl(set, 0, IPC_STAT, &about) < 0) return {};
  std::vector<unsigned short> values(about.sem_nsems);
  if (::semctl(set, 0, GETALL, values.data()) < 0) return {};
  return values;
}

// Some of the operations may wait and others not. So the first one decides that
// the kernel would stop at.
bool stops_at_no_wait(int set, const operations_list& operations) {
  const auto values = values_of(set);
  std::vector<long> now(values.begin(), values.end());
  for (const sembuf& one : operations) {
    if (one.sem_num >= now.size()) return false;
    long& value = now[one.sem_num];
    const bool stops = one.sem_op == 0 ? value != 0 : value + one.sem_op < 0;
    if (stops) return must_not_wait(one);
    value += one.sem_op;
  }
  return false;
}

// Would the original wait, too?
bool waits(int set, const operations_list& operations) {
  const auto kept = std::ranges::count_if(operations, must_not_wait);
  if (kept == 0) return true;
  const auto all = static_cast<std::ptrdiff_t>(operations.size());
  return kept != all && !stops_at_no_wait(set, operations);
}

// Is it for the kernel to refuse, at once?
bool refused(const sembuf* operations, size_t count, const timespec* timeout) {
  constexpr size_t far_too_many = 1 << 16;
  return count == 0 || count > far_too_many ||
         !hub::is_readable(operations, count * sizeof *operations) ||
         error_of_timeout(timeout) != 0;
}

}  // namespace

task<int> semtimedop(int set, sembuf* operations, size_t count,
                     const timespec* timeout) {
  if (refused(operations, count, timeout)) {
    co_return ::semtimedop(set, operations, count, timeout);
  }
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::always);
  const core::deadline until = deadline_of(timeout);
  const operations_list wanted(operations, operations + count);
  operations_list trial = wanted;
  for (sembuf& one : trial) {
    one.sem_flg = static_cast<short>(one.sem_flg | IPC_NOWAIT);
  }
  for (unsigned round = 0;; ++round) {
    const unsigned seen = parking_lot::turn(key_of_set(set));
    if (::semop(set, trial.data(), count) == 0) {
      parking_lot::wake(key_of_set(set), true);
      co_return at_start(0);
    }
    // The set was there before the wait.
    if (round != 0 && errno == EINVAL) errno = EIDRM;
    if (errno != EAGAIN || until.passed()) co_return -1;
    if (!waits(set, wanted)) {
      errno = EAGAIN;
      co_return -1;
    }
    if (call.ended()) {
      errno = EINTR;
      co_return -1;
    }
    co_await parking_lot::wait_a_while(key_of_set(set), seen, "semop", round,
                                       until);
  }
}

task<int> semop(int set, sembuf* operations, size_t count) {
  return green::semtimedop(set, operations, count, nullptr);
}

}  // namespace green
