// SPDX-License-Identifier: MIT
//
// Mirrors <err.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: all, because stderr may be a pipe that is full: err errx verr verrx
//   warn warnx vwarn vwarnx. Await the functions of "green/stdio.h".
#pragma once

#include <err.h>  // the original
