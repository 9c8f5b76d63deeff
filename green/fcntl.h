// SPDX-License-Identifier: MIT
//
// Mirrors <fcntl.h>.
//
// Awaited: open openat creat fcntl posix_fallocate splice tee
// Same: all else is the original: f_owner_ex F_OWNER_GID F_OWNER_PGRP
//   F_OWNER_PID F_OWNER_TID fallocate file_handle iovec loff_t mode_t
//   name_to_handle_at off64_t off_t open_by_handle_at pid_t posix_fadvise
//   readahead size_t ssize_t sync_file_range vmsplice
// Differs: of fcntl only F_SETLKW and F_OFD_SETLKW wait. They see a lock that a
//   green thread of the process gives back at once, one of others, or given
//   back by close, after up to 10 ms, as the system lets only threads wait for
//   it; so those that wait are not served in order, and EDEADLK is not found.
//   The third argument of fcntl is a number or a pointer. A kill abandons the
//   open of a FIFO. open, openat and creat never give EINTR. struct flock is
//   not in green, where flock(2) has its name: write `struct flock`.
// Missing: lockf is declared in unistd.h, as POSIX has it. The names in 64
//   (open64): off_t has 64 bits.
#pragma once

#include <fcntl.h>  // the original

#include <concepts>

#include "green/task.h"

namespace green {

using ::f_owner_ex;
using ::F_OWNER_GID;
using ::F_OWNER_PGRP;
using ::F_OWNER_PID;
using ::F_OWNER_TID;
using ::fallocate;
using ::file_handle;
using ::iovec;
using ::loff_t;
using ::mode_t;
using ::name_to_handle_at;
using ::off64_t;
using ::off_t;
using ::open_by_handle_at;
using ::pid_t;
using ::posix_fadvise;
using ::readahead;
using ::size_t;
using ::ssize_t;
using ::sync_file_range;
using ::vmsplice;

/// open(2). A FIFO is waited for on a helper thread.
task<int> open(const char* path, int flags, mode_t mode = 0);
/// openat(2)
task<int> openat(int directory, const char* path, int flags, mode_t mode = 0);
/// creat(2)
task<int> creat(const char* path, mode_t mode);

/// fcntl(2)
task<int> fcntl(int fd, int command);
task<int> fcntl(int fd, int command, int argument);
task<int> fcntl(int fd, int command, long argument);
task<int> fcntl(int fd, int command, const void* argument);
template <std::integral Number>
task<int> fcntl(int fd, int command, Number argument) {
  return fcntl(fd, command, static_cast<long>(argument));
}

/// posix_fallocate(3): gives the error number.
task<int> posix_fallocate(int fd, off_t offset, off_t length);
/// splice(2)
task<ssize_t> splice(int from, off_t* from_offset, int to, off_t* to_offset,
                     size_t length, unsigned flags);
/// tee(2)
task<ssize_t> tee(int from, int to, size_t length, unsigned flags);

}  // namespace green
