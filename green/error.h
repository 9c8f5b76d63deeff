// SPDX-License-Identifier: MIT
//
// Mirrors <error.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: error_message_count error_one_per_line
//   error_print_progname and all macros
// Differs: nothing.
// Missing: error error_at_line: stderr may be a pipe that is full. Await
//   green::fprintf of "green/stdio.h".
#pragma once

#include <error.h>  // the original

namespace green {

using ::error_message_count;
using ::error_one_per_line;
using ::error_print_progname;

}  // namespace green
