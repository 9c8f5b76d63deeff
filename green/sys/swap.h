// SPDX-License-Identifier: MIT
//
// Mirrors <sys/swap.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: swapon swapoff: a disk has to answer. Await green::threadpool::apply
//   of "green/threadpool.h" with the original.
#pragma once

#include <sys/swap.h>  // the original
