// SPDX-License-Identifier: MIT
#include "green/sys/msg.h"

#include <cerrno>
#include <cstdint>

#include "green/parking.h"

namespace green {

namespace {

std::uint64_t key_of(int queue) {
  return static_cast<std::uint64_t>(queue) + 0x6D73'6700'0000'0000u;
}

// What was valid before the wait, and is not after it, has been removed.
void blame_removal(unsigned round) {
  if (round != 0 && errno == EINVAL) errno = EIDRM;
}

}  // namespace

task<ssize_t> msgrcv(int queue, void* message, size_t length, long type,
                     int flags) {
  for (unsigned round = 0;; ++round) {
    const ssize_t received =
        ::msgrcv(queue, message, length, type, flags | IPC_NOWAIT);
    if (received < 0) blame_removal(round);
    if (received >= 0) unpark(key_of(queue));
    if (received >= 0 || errno != ENOMSG || (flags & IPC_NOWAIT) != 0) {
      co_return received;
    }
    co_await park(key_of(queue), "msgrcv", round, core::deadline::never());
  }
}

task<int> msgsnd(int queue, const void* message, size_t length, int flags) {
  for (unsigned round = 0;; ++round) {
    const int sent = ::msgsnd(queue, message, length, flags | IPC_NOWAIT);
    if (sent < 0) blame_removal(round);
    if (sent == 0) unpark(key_of(queue));
    if (sent == 0 || errno != EAGAIN || (flags & IPC_NOWAIT) != 0) {
      co_return sent;
    }
    co_await park(key_of(queue), "msgsnd", round, core::deadline::never());
  }
}

}  // namespace green
