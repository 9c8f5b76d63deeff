// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

#include "green/task.h"

namespace green {

/// Starts `sh -c command` with the program's signal mask, and with the default
/// for `defaults`: 0, or the error number.
int spawn_shell(pid_t& child, const char* command,
                const posix_spawn_file_actions_t& actions,
                const sigset_t& defaults);

/// The status of a child that has no other owner; -1 when it is not known.
/// Killed, it ends the child with the signal `end` and takes the status, or
/// with 0 leaves it to a green thread that waits for its end.
task<int> status_of_own(pid_t child, int end);

}  // namespace green
