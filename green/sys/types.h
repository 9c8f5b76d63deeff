// SPDX-License-Identifier: MIT
//
// Mirrors <sys/types.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: blkcnt_t blksize_t caddr_t clock_t clockid_t
//   daddr_t dev_t fsblkcnt_t fsfilcnt_t fsid_t gid_t id_t ino_t int16_t int32_t
//   int64_t int8_t key_t loff_t mode_t nlink_t off_t pid_t pthread_attr_t
//   pthread_barrier_t pthread_barrierattr_t pthread_cond_t pthread_condattr_t
//   pthread_key_t pthread_mutex_t pthread_mutexattr_t pthread_once_t
//   pthread_rwlock_t pthread_rwlockattr_t pthread_spinlock_t pthread_t quad_t
//   register_t size_t ssize_t timer_t u_char u_int u_int16_t u_int32_t
//   u_int64_t u_int8_t u_long u_quad_t u_short uid_t uint ulong useconds_t
//   ushort and all macros
// Differs: nothing.
// Missing: the names in 64 (off64_t): off_t has 64 bits.
#pragma once

#include <sys/types.h>  // the original

#include "green/sys/select.h"

namespace green {

using ::blkcnt_t;
using ::blksize_t;
using ::caddr_t;
using ::clock_t;
using ::clockid_t;
using ::daddr_t;
using ::dev_t;
using ::fsblkcnt_t;
using ::fsfilcnt_t;
using ::fsid_t;
using ::gid_t;
using ::id_t;
using ::ino_t;
using ::int16_t;
using ::int32_t;
using ::int64_t;
using ::int8_t;
using ::key_t;
using ::loff_t;
using ::mode_t;
using ::nlink_t;
using ::off_t;
using ::pid_t;
using ::pthread_attr_t;
using ::pthread_barrier_t;
using ::pthread_barrierattr_t;
using ::pthread_cond_t;
using ::pthread_condattr_t;
using ::pthread_key_t;
using ::pthread_mutex_t;
using ::pthread_mutexattr_t;
using ::pthread_once_t;
using ::pthread_rwlock_t;
using ::pthread_rwlockattr_t;
using ::pthread_spinlock_t;
using ::pthread_t;
using ::quad_t;
using ::register_t;
using ::size_t;
using ::ssize_t;
using ::timer_t;
using ::u_char;
using ::u_int;
using ::u_int16_t;
using ::u_int32_t;
using ::u_int64_t;
using ::u_int8_t;
using ::u_long;
using ::u_quad_t;
using ::u_short;
using ::uid_t;
using ::uint;
using ::ulong;
using ::useconds_t;
using ::ushort;

}  // namespace green
