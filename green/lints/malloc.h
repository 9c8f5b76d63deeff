// SPDX-License-Identifier: MIT
//
// The functions of <malloc.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <malloc.h>

extern "C" {

decltype(::malloc_info) malloc_info
    [[deprecated("holds the hub: see Missing in green/malloc.h")]];
decltype(::malloc_stats) malloc_stats
    [[deprecated("holds the hub: see Missing in green/malloc.h")]];

}  // extern "C"
