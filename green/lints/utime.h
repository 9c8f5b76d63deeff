// SPDX-License-Identifier: MIT
//
// The functions of <utime.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <utime.h>

extern "C" {

decltype(::utime) utime [[deprecated("holds the hub: co_await green::utime")]];

}  // extern "C"
