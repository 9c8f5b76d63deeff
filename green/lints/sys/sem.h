// SPDX-License-Identifier: MIT
//
// The functions of <sys/sem.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/sem.h>

extern "C" {

decltype(::semop) semop [[deprecated("holds the hub: co_await green::semop")]];
decltype(::semtimedop) semtimedop
    [[deprecated("holds the hub: co_await green::semtimedop")]];

}  // extern "C"
