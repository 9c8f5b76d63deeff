// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ptrace.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ptrace and all macros
// Differs: the tracer is the OS thread, with all of its green threads.
// Missing: the requests: they are constants, and need no green:: before them.
#pragma once

#include <sys/ptrace.h>  // the original

namespace green {

using ::ptrace;

}  // namespace green
