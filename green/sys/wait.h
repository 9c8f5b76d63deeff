// SPDX-License-Identifier: MIT
//
// Mirrors <sys/wait.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: wait waitpid waitid wait3 wait4
// Same: all else is the original: id_t idtype_t pid_t rusage siginfo_t and the
//   macros
// Differs: a signal ends only a wait of run's main green thread, and only by a
//   handler of "green/signal.h". None is used for children, and SIGCHLD is as
//   the program has it. If a kill or timeout comes after the status of a child
//   was taken, the call returns it. Otherwise the status stays to be waited
//   for. Before Linux 6.7 the kernel's ring cannot wait for children. There a
//   helper thread looks. A kill leaves it until a child has something to tell.
// Missing: nothing.
#pragma once

#include <sys/wait.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::id_t;
using ::idtype_t;
using ::P_ALL;
using ::P_PGID;
using ::P_PID;
using ::P_PIDFD;
using ::pid_t;
using ::rusage;
using ::siginfo_t;

/// wait(2). As all of these, waits for a child of any thread of the process.
task<pid_t> wait(int* status GREEN_KEPT);
/// waitpid(2)
task<pid_t> waitpid(pid_t pid, int* status GREEN_KEPT, int options);
/// waitid(2)
task<int> waitid(idtype_t type, id_t id, siginfo_t* found GREEN_KEPT,
                 int options);
/// wait3(2)
task<pid_t> wait3(int* status GREEN_KEPT, int options, rusage* used GREEN_KEPT);
/// wait4(2)
task<pid_t> wait4(pid_t pid, int* status GREEN_KEPT, int options,
                  rusage* used GREEN_KEPT);

}  // namespace green
