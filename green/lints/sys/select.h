// SPDX-License-Identifier: MIT
//
// The functions of <sys/select.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/select.h>

extern "C" {

decltype(::pselect) pselect
    [[deprecated("holds the hub: co_await green::pselect")]];
decltype(::select) select
    [[deprecated("holds the hub: co_await green::select")]];

}  // extern "C"
