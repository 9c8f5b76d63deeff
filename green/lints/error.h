// SPDX-License-Identifier: MIT
//
// The functions of <error.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <error.h>

extern "C" {

decltype(::error) error
    [[deprecated("holds the hub: see Missing in green/error.h")]];
decltype(::error_at_line) error_at_line
    [[deprecated("holds the hub: see Missing in green/error.h")]];

}  // extern "C"
