// SPDX-License-Identifier: MIT
//
// Mirrors <sys/sem.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: semop semtimedop
// Same: all else is the original: ftok ipc_perm key_t sembuf semctl semget
//   semid_ds seminfo size_t timespec
// Differs: a System V semaphore has no descriptor to wait with. So a change is
//   seen at once if semop or semtimedop of a green thread has made it. Those of
//   others, of semctl, and the end of the set are seen after up to 10 ms.
//   Waiters are not served in order. A signal ends only a wait of run's main
//   green thread, and only by a handler of "green/signal.h". SEM_UNDO is undone
//   when the process ends, as for threads.
// Missing: nothing.
#pragma once

#include <sys/sem.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::ftok;
using ::ipc_perm;
using ::key_t;
using ::sembuf;
using ::semctl;
using ::semget;
using ::semid_ds;
using ::seminfo;
using ::size_t;
using ::timespec;

/// semop(2)
task<int> semop(int set, sembuf* operations GREEN_KEPT, size_t count);
/// semtimedop(2)
task<int> semtimedop(int set, sembuf* operations GREEN_KEPT, size_t count,
                     const timespec* timeout GREEN_KEPT);

}  // namespace green
