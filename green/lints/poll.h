// SPDX-License-Identifier: MIT
//
// The functions of <poll.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <poll.h>

extern "C" {

decltype(::poll) poll [[deprecated("holds the hub: co_await green::poll")]];
decltype(::ppoll) ppoll [[deprecated("holds the hub: co_await green::ppoll")]];

}  // extern "C"
