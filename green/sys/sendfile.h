// SPDX-License-Identifier: MIT
//
// Mirrors <sys/sendfile.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: sendfile
// Same: all else is the original: off_t size_t ssize_t
// Differs: to a pipe, pages are moved as by splice. More than 64 KiB of a
//   regular file go to a stream socket or a file by the original's call, on a
//   helper thread. Such a call ends before a kill or timeout is looked at. All
//   else passes through a buffer. A pipe without a reader gives EPIPE, but
//   bytes for it do not raise SIGPIPE. If a kill or timeout comes after a part,
//   sendfile returns the part, and the next await throws. close of an end in
//   another green thread of the hub ends the call, with the part or with EBADF.
//   A signal ends only a wait of run's main green thread, and only by a handler
//   of "green/signal.h".
// Missing: sendfile64, as off_t has 64 bits.
#pragma once

#include <sys/sendfile.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::off_t;
using ::size_t;
using ::ssize_t;

/// sendfile(2)
task<ssize_t> sendfile(int to, int from, off_t* offset GREEN_KEPT,
                       size_t count);

}  // namespace green
