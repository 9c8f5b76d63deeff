// SPDX-License-Identifier: MIT
//
// The functions of <sys/wait.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/wait.h>

extern "C" {

decltype(::wait) wait [[deprecated("holds the hub: co_await green::wait")]];
decltype(::wait3) wait3 [[deprecated("holds the hub: co_await green::wait3")]];
decltype(::wait4) wait4 [[deprecated("holds the hub: co_await green::wait4")]];
decltype(::waitid) waitid
    [[deprecated("holds the hub: co_await green::waitid")]];
decltype(::waitpid) waitpid
    [[deprecated("holds the hub: co_await green::waitpid")]];

}  // extern "C"
