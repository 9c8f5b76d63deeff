// SPDX-License-Identifier: MIT
//
// The functions of <err.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <err.h>

extern "C" {

decltype(::vwarn) vwarn
    [[deprecated("holds the hub: see Missing in green/err.h")]];
decltype(::vwarnx) vwarnx
    [[deprecated("holds the hub: see Missing in green/err.h")]];
decltype(::warn) warn
    [[deprecated("holds the hub: see Missing in green/err.h")]];
decltype(::warnx) warnx
    [[deprecated("holds the hub: see Missing in green/err.h")]];

}  // extern "C"
