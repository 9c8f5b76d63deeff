// SPDX-License-Identifier: MIT
//
// Mirrors <sys/resource.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: PRIO_PGRP PRIO_PROCESS PRIO_USER RLIMIT_AS
//   RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_NOFILE RLIMIT_STACK
//   RUSAGE_CHILDREN RUSAGE_SELF RUSAGE_THREAD getpriority getrlimit getrusage
//   id_t prlimit rlim64_t rlim_t rlimit rusage setpriority setrlimit timeval
//   and all macros
// Differs: nothing.
// Missing: the names in 64 (getrlimit64): rlim_t has 64 bits.
#pragma once

#include <sys/resource.h>  // the original

namespace green {

using ::getpriority;
using ::getrlimit;
using ::getrusage;
using ::id_t;
using ::PRIO_PGRP;
using ::PRIO_PROCESS;
using ::PRIO_USER;
using ::prlimit;
using ::rlim64_t;
using ::rlim_t;
using ::rlimit;
using ::RLIMIT_AS;
using ::RLIMIT_CORE;
using ::RLIMIT_CPU;
using ::RLIMIT_DATA;
using ::RLIMIT_FSIZE;
using ::RLIMIT_NOFILE;
using ::RLIMIT_STACK;
using ::rusage;
using ::RUSAGE_CHILDREN;
using ::RUSAGE_SELF;
using ::RUSAGE_THREAD;
using ::setpriority;
using ::setrlimit;
using ::timeval;

}  // namespace green
