// SPDX-License-Identifier: MIT
//
// The functions of <sys/mman.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/mman.h>

extern "C" {

decltype(::msync) msync [[deprecated("holds the hub: co_await green::msync")]];
decltype(::shm_open) shm_open
    [[deprecated("holds the hub: co_await green::shm_open")]];
decltype(::shm_unlink) shm_unlink
    [[deprecated("holds the hub: co_await green::shm_unlink")]];

}  // extern "C"
