// SPDX-License-Identifier: MIT
//
// The functions of <pty.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <pty.h>

extern "C" {

decltype(::forkpty) forkpty
    [[deprecated("holds the hub: see Missing in green/pty.h")]];

}  // extern "C"
