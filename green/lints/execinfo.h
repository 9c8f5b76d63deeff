// SPDX-License-Identifier: MIT
//
// The functions of <execinfo.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <execinfo.h>

extern "C" {

decltype(::backtrace_symbols_fd) backtrace_symbols_fd
    [[deprecated("holds the hub: see Missing in green/execinfo.h")]];

}  // extern "C"
