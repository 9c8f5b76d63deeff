// SPDX-License-Identifier: MIT
//
// Mirrors <sys/pidfd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: pidfd_getfd pidfd_open pidfd_send_signal
//   siginfo_t sigval and all macros
// Differs: await green::poll or green::waitid of the descriptor. glibc 2.36
//   forgets extern "C" here, so that nothing links: use syscall(2).
// Missing: nothing.
#pragma once

#include <sys/pidfd.h>  // the original

#include "green/fcntl.h"

namespace green {

using ::pidfd_getfd;
using ::pidfd_open;
using ::pidfd_send_signal;
using ::siginfo_t;
using ::sigval;

}  // namespace green
