// SPDX-License-Identifier: MIT
//
// Mirrors <sys/signalfd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: SFD_CLOEXEC SFD_NONBLOCK signalfd
//   signalfd_siginfo sigset_t and all macros
// Differs: await green::read of the descriptor.
// Missing: nothing.
#pragma once

#include <sys/signalfd.h>  // the original

#include "green/stdint.h"

namespace green {

using ::SFD_CLOEXEC;
using ::SFD_NONBLOCK;
using ::signalfd;
using ::signalfd_siginfo;
using ::sigset_t;

}  // namespace green
