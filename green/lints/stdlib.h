// SPDX-License-Identifier: MIT
//
// The functions of <stdlib.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <stdlib.h>

extern "C" {

decltype(::canonicalize_file_name) canonicalize_file_name
    [[deprecated("holds the hub: co_await green::canonicalize_file_name")]];
decltype(::mkdtemp) mkdtemp
    [[deprecated("holds the hub: co_await green::mkdtemp")]];
decltype(::mkostemp) mkostemp
    [[deprecated("holds the hub: co_await green::mkostemp")]];
decltype(::mkostemps) mkostemps
    [[deprecated("holds the hub: co_await green::mkostemps")]];
decltype(::mkstemp) mkstemp
    [[deprecated("holds the hub: co_await green::mkstemp")]];
decltype(::mkstemps) mkstemps
    [[deprecated("holds the hub: co_await green::mkstemps")]];
decltype(::realpath) realpath
    [[deprecated("holds the hub: co_await green::realpath")]];
decltype(::system) system
    [[deprecated("holds the hub: co_await green::system")]];

}  // extern "C"
