// SPDX-License-Identifier: MIT
//
// Mirrors <sys/mman.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: msync
// Same: all else is the original: iovec madvise memfd_create mincore mlock
//   mlock2 mlockall mmap mode_t mprotect mremap munlock munlockall munmap off_t
//   pkey_alloc pkey_free pkey_get pkey_mprotect pkey_set posix_madvise
//   remap_file_pages shm_open shm_unlink size_t
// Differs: a kill or timeout abandons the wait, and the writing goes on. No
//   signal ends a wait, so there is no EINTR.
// Missing: mmap64, as off_t has 64 bits; process_madvise process_mrelease
#pragma once

#include <sys/mman.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::iovec;
using ::madvise;
using ::memfd_create;
using ::mincore;
using ::mlock;
using ::mlock2;
using ::mlockall;
using ::mmap;
using ::mode_t;
using ::mprotect;
using ::mremap;
using ::munlock;
using ::munlockall;
using ::munmap;
using ::off_t;
using ::pkey_alloc;
using ::pkey_free;
using ::pkey_get;
using ::pkey_mprotect;
using ::pkey_set;
using ::posix_madvise;
using ::remap_file_pages;
using ::shm_open;
using ::shm_unlink;
using ::size_t;

/// msync(2)
task<int> msync(void* address GREEN_KEPT, size_t length, int flags);

}  // namespace green
