// SPDX-License-Identifier: MIT
#include "green/sys/msg.h"

#include <cerrno>
#include <cstdint>

#include "green/core/parking_lot.h"
#include "green/core/signal_scope.h"
#include "green/posix/kept_errno.h"

namespace green {

namespace parking_lot = core::parking_lot;

namespace {

std::uint64_t key_of_queue(int queue) {
  return static_cast<std::uint64_t>(queue) + 0x6D73'6700'0000'0000u;
}

// A queue that was valid before the wait and is not after it has been removed.
void blame_removal(unsigned round) {
  if (round != 0 && errno == EINVAL) errno = EIDRM;
}

int fail_as_interrupted() {
  errno = EINTR;
  return -1;
}

}  // namespace

task<ssize_t> msgrcv(int queue, void* message, size_t length, long type,
                     int flags) {
  // A copy is never waited for: without IPC_NOWAIT the original refuses it.
  if ((flags & MSG_COPY) != 0) {
    co_return ::msgrcv(queue, message, length, type, flags);
  }
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::always);
  for (unsigned round = 0;; ++round) {
    const unsigned seen = parking_lot::turn(key_of_queue(queue));
    const ssize_t received =
        ::msgrcv(queue, message, length, type, flags | IPC_NOWAIT);
    if (received < 0) blame_removal(round);
    if (received >= 0) parking_lot::wake(key_of_queue(queue), true);
    if (received >= 0 || errno != ENOMSG || (flags & IPC_NOWAIT) != 0) {
      co_return at_start(received);
    }
    if (call.ended()) co_return fail_as_interrupted();
    co_await parking_lot::wait_a_while(key_of_queue(queue), seen, "msgrcv",
                                       round);
  }
}

task<int> msgsnd(int queue, const void* message, size_t length, int flags) {
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::always);
  for (unsigned round = 0;; ++round) {
    const unsigned seen = parking_lot::turn(key_of_queue(queue));
    const int sent = ::msgsnd(queue, message, length, flags | IPC_NOWAIT);
    if (sent < 0) blame_removal(round);
    if (sent == 0) parking_lot::wake(key_of_queue(queue), true);
    if (sent == 0 || errno != EAGAIN || (flags & IPC_NOWAIT) != 0) {
      co_return at_start(sent);
    }
    if (call.ended()) co_return fail_as_interrupted();
    co_await parking_lot::wait_a_while(key_of_queue(queue), seen, "msgsnd",
                                       round);
  }
}

}  // namespace green
