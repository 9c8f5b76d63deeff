// SPDX-License-Identifier: MIT
//
// Mirrors <sys/uio.h>.
//
// Awaited: readv writev preadv pwritev
// Same: all else is the original: iovec off_t preadv2 process_vm_readv
//   process_vm_writev pwritev2 size_t ssize_t
// Differs: A kill or timeout that meets a transfer in part gives the part, and
//   is thrown at the next await.
// Missing: the names in 64 (preadv64): off_t has 64 bits.
#pragma once

#include <sys/uio.h>  // the original

#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::iovec;
using ::off_t;
using ::preadv2;
using ::process_vm_readv;
using ::process_vm_writev;
using ::pwritev2;
using ::size_t;
using ::ssize_t;

/// readv(2)
hub::operation<ssize_t> readv(int fd, const iovec* parts, int count);
/// preadv(2)
task<ssize_t> preadv(int fd, const iovec* parts, int count, off_t offset);
/// writev(2). Waits until everything is written, as the original does.
task<ssize_t> writev(int fd, const iovec* parts, int count);
/// pwritev(2)
task<ssize_t> pwritev(int fd, const iovec* parts, int count, off_t offset);

}  // namespace green
