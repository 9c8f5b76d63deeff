// SPDX-License-Identifier: MIT
//
// The functions of <sys/statfs.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/statfs.h>

extern "C" {

decltype(::fstatfs) fstatfs
    [[deprecated("holds the hub: co_await green::fstatfs")]];
decltype(::statfs) statfs
    [[deprecated("holds the hub: co_await green::statfs")]];

}  // extern "C"
