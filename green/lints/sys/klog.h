// SPDX-License-Identifier: MIT
//
// The functions of <sys/klog.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/klog.h>

extern "C" {

decltype(::klogctl) klogctl
    [[deprecated("holds the hub: see Missing in green/sys/klog.h")]];

}  // extern "C"
