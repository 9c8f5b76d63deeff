// SPDX-License-Identifier: MIT
//
// The functions of <wordexp.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <wordexp.h>

extern "C" {

decltype(::wordexp) wordexp
    [[deprecated("holds the hub: see Missing in green/wordexp.h")]];

}  // extern "C"
