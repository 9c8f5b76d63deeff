// SPDX-License-Identifier: MIT
//
// Mirrors <sys/quota.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: DQF_PRIVATE DQF_ROOT_SQUASH_B DQF_SYS_FILE_B
//   QIF_BLIMITS_B QIF_BTIME_B QIF_ILIMITS_B QIF_INODES_B QIF_ITIME_B
//   QIF_SPACE_B QUOTA_NL_A_CAUSED_ID QUOTA_NL_A_DEV_MAJOR QUOTA_NL_A_DEV_MINOR
//   QUOTA_NL_A_EXCESS_ID QUOTA_NL_A_PAD QUOTA_NL_A_QTYPE QUOTA_NL_A_UNSPEC
//   QUOTA_NL_A_WARNING QUOTA_NL_C_UNSPEC QUOTA_NL_C_WARNING dqblk dqinfo
//   if_dqblk if_dqinfo if_nextdqblk and all macros
// Differs: nothing.
// Missing: quotactl: a disk has to answer. Await green::threadpool::apply of
//   "green/threadpool.h" with the original.
#pragma once

#include <sys/quota.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::dqblk;
using ::DQF_PRIVATE;
using ::DQF_ROOT_SQUASH_B;
using ::DQF_SYS_FILE_B;
using ::dqinfo;
using ::if_dqblk;
using ::if_dqinfo;
using ::if_nextdqblk;
using ::QIF_BLIMITS_B;
using ::QIF_BTIME_B;
using ::QIF_ILIMITS_B;
using ::QIF_INODES_B;
using ::QIF_ITIME_B;
using ::QIF_SPACE_B;
using ::QUOTA_NL_A_CAUSED_ID;
using ::QUOTA_NL_A_DEV_MAJOR;
using ::QUOTA_NL_A_DEV_MINOR;
using ::QUOTA_NL_A_EXCESS_ID;
using ::QUOTA_NL_A_PAD;
using ::QUOTA_NL_A_QTYPE;
using ::QUOTA_NL_A_UNSPEC;
using ::QUOTA_NL_A_WARNING;
using ::QUOTA_NL_C_UNSPEC;
using ::QUOTA_NL_C_WARNING;

}  // namespace green
