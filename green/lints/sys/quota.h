// SPDX-License-Identifier: MIT
//
// The functions of <sys/quota.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/quota.h>

extern "C" {

decltype(::quotactl) quotactl
    [[deprecated("holds the hub: see Missing in green/sys/quota.h")]];

}  // extern "C"
