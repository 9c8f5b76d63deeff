// SPDX-License-Identifier: MIT
#include "green/core/block_monitor.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace green::core {

namespace {

// Of every thread of the process that runs; false when the kernel refuses.
bool membarrier(int command) noexcept {
  return ::syscall(SYS_membarrier, command, 0, 0) == 0;
}

}  // namespace

block_monitor::block_monitor() noexcept
    : one_sided_(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)) {}

void block_monitor::barrier() noexcept {
  if (one_sided_) membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

void block_monitor::let_look() noexcept {
  while (looking_.load()) ::sched_yield();
}

}  // namespace green::core
