// SPDX-License-Identifier: MIT
//
// Mirrors <sys/uio.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: readv writev preadv pwritev preadv2 pwritev2 process_vm_readv
//   process_vm_writev
// Same: all else is the original: iovec off_t size_t ssize_t
// Differs: if a kill or timeout comes after a part of a transfer, the call
//   returns the part, and the next await throws. A signal ends only a wait of
//   run's main green thread, and only by a handler of "green/signal.h". With
//   RWF_NOWAIT preadv2 and pwritev2 never wait. With another flag, a file's
//   transfer that has begun ends before a kill or timeout is looked at. So does
//   process_vm_readv, and process_vm_writev.
// Missing: the names in 64 (preadv64): off_t has 64 bits.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::iovec;
using ::off_t;
using ::size_t;
using ::ssize_t;

/// readv(2)
hub::operation<ssize_t> readv(int fd, const iovec* parts GREEN_KEPT, int count);
/// preadv(2)
task<ssize_t> preadv(int fd, const iovec* parts GREEN_KEPT, int count,
                     off_t offset);
/// writev(2). Waits until everything is written, as the original does.
hub::operation<ssize_t> writev(int fd, const iovec* parts GREEN_KEPT,
                               int count);
/// pwritev(2)
task<ssize_t> pwritev(int fd, const iovec* parts GREEN_KEPT, int count,
                      off_t offset);
/// preadv2(2)
task<ssize_t> preadv2(int fd, const iovec* parts GREEN_KEPT, int count,
                      off_t offset, int flags);
/// pwritev2(2)
task<ssize_t> pwritev2(int fd, const iovec* parts GREEN_KEPT, int count,
                       off_t offset, int flags);
/// process_vm_readv(2)
task<ssize_t> process_vm_readv(pid_t process, const iovec* here GREEN_KEPT,
                               unsigned long here_count,
                               const iovec* there GREEN_KEPT,
                               unsigned long there_count, unsigned long flags);
/// process_vm_writev(2)
task<ssize_t> process_vm_writev(pid_t process, const iovec* here GREEN_KEPT,
                                unsigned long here_count,
                                const iovec* there GREEN_KEPT,
                                unsigned long there_count, unsigned long flags);

}  // namespace green
