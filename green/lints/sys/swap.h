// SPDX-License-Identifier: MIT
//
// The functions of <sys/swap.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/swap.h>

extern "C" {

decltype(::swapoff) swapoff
    [[deprecated("holds the hub: see Missing in green/sys/swap.h")]];
decltype(::swapon) swapon
    [[deprecated("holds the hub: see Missing in green/sys/swap.h")]];

}  // extern "C"
