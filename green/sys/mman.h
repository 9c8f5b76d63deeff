// SPDX-License-Identifier: MIT
//
// Mirrors <sys/mman.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: msync shm_open shm_unlink
// Same: all else is the original: iovec madvise memfd_create mincore mlock
//   mlock2 mlockall mmap mode_t mprotect mremap munlock munlockall munmap off_t
//   pkey_alloc pkey_free pkey_get pkey_mprotect pkey_set posix_madvise
//   remap_file_pages size_t
// Differs: a kill or timeout abandons the wait, and the writing goes on. No
//   signal ends a wait, so there is no EINTR. shm_open and shm_unlink end
//   before a kill or timeout is looked at, once they have begun.
// Missing: mmap64, as off_t has 64 bits; process_madvise process_mrelease.
//   Linux has no posix_typed_mem_open.
#pragma once

#include <sys/mman.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
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
using ::size_t;

/// msync(2)
task<int> msync(void* address GREEN_KEPT, size_t length, int flags);
/// shm_open(3)
hub::operation<int> shm_open(const char* name GREEN_KEPT, int flags,
                             mode_t mode);
/// shm_unlink(3)
hub::operation<int> shm_unlink(const char* name GREEN_KEPT);

}  // namespace green
