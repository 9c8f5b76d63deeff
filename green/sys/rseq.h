// SPDX-License-Identifier: MIT
//
// Mirrors <sys/rseq.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: RSEQ_CPU_ID_REGISTRATION_FAILED
//   RSEQ_CPU_ID_UNINITIALIZED RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE
//   RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE_BIT RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT
//   RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT_BIT RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL
//   RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL_BIT RSEQ_FLAG_UNREGISTER max_align_t
//   ptrdiff_t rseq rseq_cpu_id_state rseq_cs rseq_cs_flags rseq_cs_flags_bit
//   rseq_flags size_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/rseq.h>  // the original

#include "green/stdint.h"

namespace green {

using ::max_align_t;
using ::ptrdiff_t;
using ::rseq;
using ::RSEQ_CPU_ID_REGISTRATION_FAILED;
using ::rseq_cpu_id_state;
using ::RSEQ_CPU_ID_UNINITIALIZED;
using ::rseq_cs;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE_BIT;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT_BIT;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL;
using ::RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL_BIT;
using ::rseq_cs_flags;
using ::rseq_cs_flags_bit;
using ::RSEQ_FLAG_UNREGISTER;
using ::rseq_flags;
using ::size_t;

}  // namespace green
