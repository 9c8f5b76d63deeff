// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/ftp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/ftp.h>  // the original
