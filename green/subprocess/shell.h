// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

#include "green/task.h"

namespace green {

/// Starts `sh -c command` with the program's signal mask, and with the default
/// action for `defaults`. 0, or an error number.
int spawn_shell(pid_t& child, const char* command,
                const posix_spawn_file_actions_t& actions,
                const sigset_t& defaults);

/// Awaits the status of a child that has no other owner; -1 when it is not
/// known. A kill sends the signal `end` to the child and takes the status. If
/// `end` is 0, it leaves the child to a green thread that waits for its end.
task<int> status_of_own(pid_t child, int end);

}  // namespace green
