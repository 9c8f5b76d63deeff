// SPDX-License-Identifier: MIT
//
// Mirrors <sys/msg.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: msgrcv msgsnd
// Same: all else is the original: ftok gid_t ipc_perm key_t mode_t msgbuf
//   msgctl msgget msginfo msglen_t msgqnum_t msqid_ds pid_t size_t ssize_t
//   time_t uid_t
// Differs: a System V queue has no descriptor to wait with. So a message, or
//   room, is seen at once if a green thread of the process has made it. Those
//   of others, and the end of the queue, are seen after up to 10 ms. Waiters
//   are not served in order. A signal ends only a wait of run's main green
//   thread, and only by a handler of "green/signal.h".
// Missing: nothing.
#pragma once

#include <sys/msg.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::ftok;
using ::gid_t;
using ::ipc_perm;
using ::key_t;
using ::mode_t;
using ::msgbuf;
using ::msgctl;
using ::msgget;
using ::msginfo;
using ::msglen_t;
using ::msgqnum_t;
using ::msqid_ds;
using ::pid_t;
using ::size_t;
using ::ssize_t;
using ::time_t;
using ::uid_t;

/// msgrcv(2)
task<ssize_t> msgrcv(int queue, void* message GREEN_KEPT, size_t length,
                     long type, int flags);
/// msgsnd(2)
task<int> msgsnd(int queue, const void* message GREEN_KEPT, size_t length,
                 int flags);

}  // namespace green
