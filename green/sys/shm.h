// SPDX-License-Identifier: MIT
//
// Mirrors <sys/shm.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: pid_t shm_info shmat shmatt_t shmctl shmdt
//   shmget shmid_ds shminfo size_t time_t and all macros
// Differs: await the functions of "green/semaphore.h" or "green/sys/sem.h" to
//   wait for another process.
// Missing: nothing.
#pragma once

#include <sys/shm.h>  // the original

#include "green/sys/ipc.h"

namespace green {

using ::pid_t;
using ::shm_info;
using ::shmat;
using ::shmatt_t;
using ::shmctl;
using ::shmdt;
using ::shmget;
using ::shmid_ds;
using ::shminfo;
using ::size_t;
using ::time_t;

}  // namespace green
