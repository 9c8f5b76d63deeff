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

/// sendfile(2) of bytes of a file that begin at an offset, to a stream socket
/// or a file. A helper thread makes the call, because a disk may be slow. Such
/// a call is for no more bytes than a socket has room for, so that the helper
/// waits for no peer. Returns the last call's result or -errno, and counts the
/// bytes in `done`.
task<ssize_t> send_pages(int from, off_t start, int to, size_t length,
                         size_t& done);

/// tee(2), in the same way.
task<ssize_t> tee_pages(int from, int to, size_t length, unsigned flags);

/// vmsplice(2): waits for room, or for bytes, by the hub's own poll.
task<ssize_t> vmsplice_pages(int fd, const iovec* parts, size_t count,
                             unsigned flags);

}  // namespace green
