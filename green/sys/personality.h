// SPDX-License-Identifier: MIT
//
// Mirrors <sys/personality.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ADDR_COMPAT_LAYOUT ADDR_LIMIT_32BIT
//   ADDR_LIMIT_3GB ADDR_NO_RANDOMIZE FDPIC_FUNCPTRS MMAP_PAGE_ZERO PER_BSD
//   PER_HPUX PER_IRIX32 PER_IRIX64 PER_IRIXN32 PER_ISCR4 PER_LINUX PER_LINUX32
//   PER_LINUX32_3GB PER_LINUX_32BIT PER_LINUX_FDPIC PER_MASK PER_OSF4 PER_OSR5
//   PER_RISCOS PER_SCOSVR3 PER_SOLARIS PER_SUNOS PER_SVR3 PER_SVR4 PER_UW7
//   PER_WYSEV386 PER_XENIX READ_IMPLIES_EXEC SHORT_INODE STICKY_TIMEOUTS
//   UNAME26 WHOLE_SECONDS personality and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/personality.h>  // the original

namespace green {

using ::ADDR_COMPAT_LAYOUT;
using ::ADDR_LIMIT_32BIT;
using ::ADDR_LIMIT_3GB;
using ::ADDR_NO_RANDOMIZE;
using ::FDPIC_FUNCPTRS;
using ::MMAP_PAGE_ZERO;
using ::PER_BSD;
using ::PER_HPUX;
using ::PER_IRIX32;
using ::PER_IRIX64;
using ::PER_IRIXN32;
using ::PER_ISCR4;
using ::PER_LINUX;
using ::PER_LINUX32;
using ::PER_LINUX32_3GB;
using ::PER_LINUX_32BIT;
using ::PER_LINUX_FDPIC;
using ::PER_MASK;
using ::PER_OSF4;
using ::PER_OSR5;
using ::PER_RISCOS;
using ::PER_SCOSVR3;
using ::PER_SOLARIS;
using ::PER_SUNOS;
using ::PER_SVR3;
using ::PER_SVR4;
using ::PER_UW7;
using ::PER_WYSEV386;
using ::PER_XENIX;
using ::personality;
using ::READ_IMPLIES_EXEC;
using ::SHORT_INODE;
using ::STICKY_TIMEOUTS;
using ::UNAME26;
using ::WHOLE_SECONDS;

}  // namespace green
