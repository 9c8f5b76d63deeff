// SPDX-License-Identifier: MIT
//
// The functions of <sys/statvfs.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/statvfs.h>

extern "C" {

decltype(::fstatvfs) fstatvfs
    [[deprecated("holds the hub: co_await green::fstatvfs")]];
decltype(::statvfs) statvfs
    [[deprecated("holds the hub: co_await green::statvfs")]];

}  // extern "C"
