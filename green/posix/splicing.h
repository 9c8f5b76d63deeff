// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include "green/task.h"

namespace green {

/// splice(2). Both ends are waited for by polls alone. So bytes under way wait
/// for nobody, and a close(2) of either end gives EBADF.
task<ssize_t> splice_pages(int from, off_t* from_offset, int to,
                           off_t* to_offset, size_t length, unsigned flags);

/// tee(2), in the same way.
task<ssize_t> tee_pages(int from, int to, size_t length, unsigned flags);

/// vmsplice(2): waits for room, or for bytes, by the hub's own poll.
task<ssize_t> vmsplice_pages(int fd, const iovec* parts, size_t count,
                             unsigned flags);

}  // namespace green
