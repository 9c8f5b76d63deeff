// SPDX-License-Identifier: MIT
//
// The functions of <sys/file.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/file.h>

extern "C" {

decltype(::flock) flock [[deprecated("holds the hub: co_await green::flock")]];

}  // extern "C"
