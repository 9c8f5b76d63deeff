// SPDX-License-Identifier: MIT
//
// The functions of <argp.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <argp.h>

extern "C" {

decltype(::argp_error) argp_error
    [[deprecated("holds the hub: see Missing in green/argp.h")]];
decltype(::argp_failure) argp_failure
    [[deprecated("holds the hub: see Missing in green/argp.h")]];
decltype(::argp_help) argp_help
    [[deprecated("holds the hub: see Missing in green/argp.h")]];
decltype(::argp_state_help) argp_state_help
    [[deprecated("holds the hub: see Missing in green/argp.h")]];
decltype(::argp_usage) argp_usage
    [[deprecated("holds the hub: see Missing in green/argp.h")]];

}  // extern "C"
