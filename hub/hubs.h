// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace green::hub {

class loop;

/// All hubs of the process.
namespace hubs {
void add(loop& hub);
void remove(loop& hub) noexcept;
}  // namespace hubs

/// fork(2): the child has the hub of the calling thread, with the calling green
/// thread alone in it; of other hubs only their descriptors are closed there.
/// ENOTSUP in a callback of a running hub.
pid_t fork();

}  // namespace green::hub
