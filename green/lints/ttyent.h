// SPDX-License-Identifier: MIT
//
// The functions of <ttyent.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <ttyent.h>

extern "C" {

decltype(::endttyent) endttyent
    [[deprecated("holds the hub: see Missing in green/ttyent.h")]];
decltype(::getttyent) getttyent
    [[deprecated("holds the hub: see Missing in green/ttyent.h")]];
decltype(::getttynam) getttynam
    [[deprecated("holds the hub: see Missing in green/ttyent.h")]];
decltype(::setttyent) setttyent
    [[deprecated("holds the hub: see Missing in green/ttyent.h")]];

}  // extern "C"
