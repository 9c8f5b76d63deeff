// SPDX-License-Identifier: MIT
#pragma once

#include <sys/wait.h>

#include "green/task.h"

namespace green {

/// waitid(2) that waits, by a request of the ring. Killed, it has taken no
/// child's status.
task<int> waitid_by_ring(idtype_t type, id_t id, siginfo_t* found, int options);

/// The same by a helper thread, which only looks: this thread takes the status.
/// Killed, the helper stays until a child has something to tell.
task<int> waitid_by_helper(idtype_t type, id_t id, siginfo_t* found,
                           int options);

}  // namespace green
