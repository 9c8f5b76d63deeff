// SPDX-License-Identifier: MIT
//
// The functions of <sched.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sched.h>

extern "C" {

decltype(::sched_yield) sched_yield
    [[deprecated("holds the hub: see Missing in green/sched.h")]];

}  // extern "C"
