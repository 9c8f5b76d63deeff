// SPDX-License-Identifier: MIT
//
// The functions of <sys/sendfile.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/sendfile.h>

extern "C" {

decltype(::sendfile) sendfile
    [[deprecated("holds the hub: co_await green::sendfile")]];

}  // extern "C"
