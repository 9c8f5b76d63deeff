// SPDX-License-Identifier: MIT
//
// Mirrors <err.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: err errx verr verrx warn warnx vwarn vwarnx: stderr may be a pipe
//   that is full. Await the functions of "green/stdio.h".
#pragma once

#include <err.h>  // the original
