// SPDX-License-Identifier: MIT
//
// The functions of <sys/msg.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/msg.h>

extern "C" {

decltype(::msgrcv) msgrcv
    [[deprecated("holds the hub: co_await green::msgrcv")]];
decltype(::msgsnd) msgsnd
    [[deprecated("holds the hub: co_await green::msgsnd")]];

}  // extern "C"
