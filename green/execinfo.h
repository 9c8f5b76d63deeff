// SPDX-License-Identifier: MIT
//
// Mirrors <execinfo.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: backtrace backtrace_symbols and all macros
// Differs: the first backtrace loads libgcc_s from the disk.
// Missing: backtrace_symbols_fd: the descriptor may be a pipe that is full.
//   Await green::dprintf of "green/stdio.h" for each text of backtrace_symbols.
#pragma once

#include <execinfo.h>  // the original

namespace green {

using ::backtrace;
using ::backtrace_symbols;

}  // namespace green
