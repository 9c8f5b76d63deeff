// SPDX-License-Identifier: MIT
//
// The functions of <sys/eventfd.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/eventfd.h>

extern "C" {

decltype(::eventfd_read) eventfd_read
    [[deprecated("holds the hub: co_await green::eventfd_read")]];
decltype(::eventfd_write) eventfd_write
    [[deprecated("holds the hub: co_await green::eventfd_write")]];

}  // extern "C"
