// SPDX-License-Identifier: MIT
//
// Mirrors <fcntl.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: open openat creat fcntl posix_fallocate splice tee fallocate
//   posix_fadvise readahead sync_file_range name_to_handle_at
//   open_by_handle_at vmsplice
// Same: all else is the original: f_owner_ex F_OWNER_GID F_OWNER_PGRP
//   F_OWNER_PID F_OWNER_TID file_handle iovec loff_t mode_t off64_t off_t
//   pid_t size_t ssize_t
// Differs: of fcntl only F_SETLKW and F_OFD_SETLKW wait. The system lets only
//   threads wait for a lock. So a lock that others give back, or close, is seen
//   after up to 10 ms. A lock that a green thread of the process gives back is
//   seen at once. Waiters are not served in order, and EDEADLK is not found.
//   The third argument of fcntl is a number or a pointer. A kill abandons the
//   open of a FIFO. close in another green thread of the hub ends a splice, tee
//   or vmsplice with EBADF. splice to a pipe or a socket whose peer is gone
//   gives EPIPE, but does not raise SIGPIPE. If a kill or timeout comes when
//   splice has moved a part, splice returns the part, and the next await
//   throws. A signal ends only a wait of run's main green thread, and only by a
//   handler of "green/signal.h". struct flock is not in green, where flock(2)
//   has its name: write `struct flock`. A call on a path or a disk that has
//   begun ends before a kill or timeout is looked at. A kill abandons
//   open_by_handle_at, too.
// Missing: lockf is declared in unistd.h, as POSIX has it. The names in 64
//   (open64): off_t has 64 bits.
#pragma once

#include <fcntl.h>  // the original

#include <concepts>

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::f_owner_ex;
using ::F_OWNER_GID;
using ::F_OWNER_PGRP;
using ::F_OWNER_PID;
using ::F_OWNER_TID;
using ::file_handle;
using ::iovec;
using ::loff_t;
using ::mode_t;
using ::off64_t;
using ::off_t;
using ::pid_t;
using ::size_t;
using ::ssize_t;

/// open(2). A helper thread waits for the other end of a FIFO.
task<int> open(const char* path GREEN_KEPT, int flags, mode_t mode = 0);
/// openat(2)
task<int> openat(int directory, const char* path GREEN_KEPT, int flags,
                 mode_t mode = 0);
/// creat(2)
task<int> creat(const char* path GREEN_KEPT, mode_t mode);

/// fcntl(2)
task<int> fcntl(int fd, int command);
task<int> fcntl(int fd, int command, int argument);
task<int> fcntl(int fd, int command, long argument);
task<int> fcntl(int fd, int command, const void* argument GREEN_KEPT);
template <std::integral Number>
task<int> fcntl(int fd, int command, Number argument) {
  return fcntl(fd, command, static_cast<long>(argument));
}

/// posix_fallocate(3): gives the error number. Where the file system cannot
/// allocate, the C library writes instead, which holds the hub.
task<int> posix_fallocate(int fd, off_t offset, off_t length);
/// fallocate(2)
hub::operation<int> fallocate(int fd, int mode, off_t offset, off_t length);
/// posix_fadvise(2): gives the error number.
task<int> posix_fadvise(int fd, off_t offset, off_t length, int advice);
/// readahead(2)
hub::operation<ssize_t> readahead(int fd, off64_t offset, size_t length);
/// sync_file_range(2)
hub::operation<int> sync_file_range(int fd, off64_t offset, off64_t length,
                                    unsigned flags);
/// name_to_handle_at(2)
hub::operation<int> name_to_handle_at(int directory,
                                      const char* path GREEN_KEPT,
                                      file_handle* handle GREEN_KEPT,
                                      int* mount GREEN_KEPT, int flags);
/// open_by_handle_at(2)
task<int> open_by_handle_at(int mount, file_handle* handle GREEN_KEPT,
                            int flags);
/// splice(2)
task<ssize_t> splice(int from, off_t* from_offset GREEN_KEPT, int to,
                     off_t* to_offset GREEN_KEPT, size_t length,
                     unsigned flags);
/// tee(2)
task<ssize_t> tee(int from, int to, size_t length, unsigned flags);
/// vmsplice(2)
task<ssize_t> vmsplice(int fd, const iovec* parts GREEN_KEPT, size_t count,
                       unsigned flags);

}  // namespace green
