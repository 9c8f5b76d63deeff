// SPDX-License-Identifier: MIT
//
// The functions of <time.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <time.h>

extern "C" {

decltype(::clock_nanosleep) clock_nanosleep
    [[deprecated("holds the hub: co_await green::clock_nanosleep")]];
decltype(::nanosleep) nanosleep
    [[deprecated("holds the hub: co_await green::nanosleep")]];

}  // extern "C"
