// SPDX-License-Identifier: MIT
//
// The functions of <stdio_ext.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <stdio_ext.h>

extern "C" {

decltype(::_flushlbf) _flushlbf
    [[deprecated("holds the hub: see Missing in green/stdio_ext.h")]];

}  // extern "C"
