// SPDX-License-Identifier: MIT
//
// The functions of <sys/time.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/time.h>

extern "C" {

decltype(::futimes) futimes
    [[deprecated("holds the hub: see Missing in green/sys/time.h")]];
decltype(::futimesat) futimesat
    [[deprecated("holds the hub: see Missing in green/sys/time.h")]];
decltype(::lutimes) lutimes
    [[deprecated("holds the hub: see Missing in green/sys/time.h")]];
decltype(::utimes) utimes
    [[deprecated("holds the hub: see Missing in green/sys/time.h")]];

}  // extern "C"
