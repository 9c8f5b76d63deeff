// SPDX-License-Identifier: MIT
//
// The functions of <termios.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <termios.h>

extern "C" {

decltype(::tcdrain) tcdrain
    [[deprecated("holds the hub: co_await green::tcdrain")]];
decltype(::tcflow) tcflow
    [[deprecated("holds the hub: co_await green::tcflow")]];
decltype(::tcflush) tcflush
    [[deprecated("holds the hub: co_await green::tcflush")]];
decltype(::tcsendbreak) tcsendbreak
    [[deprecated("holds the hub: co_await green::tcsendbreak")]];
decltype(::tcsetattr) tcsetattr
    [[deprecated("holds the hub: co_await green::tcsetattr")]];

}  // extern "C"
