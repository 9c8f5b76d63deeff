// SPDX-License-Identifier: MIT
//
// The functions of <glob.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <glob.h>

extern "C" {

decltype(::glob) glob [[deprecated("holds the hub: co_await green::glob")]];

}  // extern "C"
