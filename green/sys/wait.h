// SPDX-License-Identifier: MIT
//
// Mirrors <sys/wait.h>.
//
// Awaited: wait waitpid waitid
// Same: all else is the original: id_t idtype_t pid_t rusage siginfo_t and the
//   macros
// Differs: signals do not end a wait, so there is no EINTR; none is used, and
//   SIGCHLD is as the program has it. A status that has been taken when a kill
//   or timeout comes is given, and else stays to be waited for. Where the
//   kernel's ring cannot wait for children (before Linux 6.7) a helper thread
//   looks, which a kill leaves behind until a child has something to tell.
// Missing: wait3 wait4
#pragma once

#include <sys/wait.h>  // the original

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

/// wait(2). For a child of any thread of the process, as all of these.
task<pid_t> wait(int* status);
/// waitpid(2)
task<pid_t> waitpid(pid_t pid, int* status, int options);
/// waitid(2)
task<int> waitid(idtype_t type, id_t id, siginfo_t* found, int options);

}  // namespace green
