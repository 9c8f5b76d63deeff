// SPDX-License-Identifier: MIT
//
// The functions of <sys/ioctl.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/ioctl.h>

extern "C" {

decltype(::ioctl) ioctl [[deprecated("holds the hub: co_await green::ioctl")]];

}  // extern "C"
