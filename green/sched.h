// SPDX-License-Identifier: MIT
//
// Mirrors <sched.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: clone cpu_set_t getcpu pid_t
//   sched_get_priority_max sched_get_priority_min sched_getaffinity
//   sched_getcpu sched_getparam sched_getscheduler sched_param
//   sched_rr_get_interval sched_setaffinity sched_setparam sched_setscheduler
//   setns size_t time_t timespec unshare and all macros
// Differs: a child of clone is one that "green/unistd.h" tells of.
// Missing: sched_yield: it gives way to OS threads alone. Await green::sleep().
#pragma once

#include <sched.h>  // the original

namespace green {

using ::clone;
using ::cpu_set_t;
using ::getcpu;
using ::pid_t;
using ::sched_get_priority_max;
using ::sched_get_priority_min;
using ::sched_getaffinity;
using ::sched_getcpu;
using ::sched_getparam;
using ::sched_getscheduler;
using ::sched_param;
using ::sched_rr_get_interval;
using ::sched_setaffinity;
using ::sched_setparam;
using ::sched_setscheduler;
using ::setns;
using ::size_t;
using ::time_t;
using ::timespec;
using ::unshare;

}  // namespace green
