// SPDX-License-Identifier: MIT
//
// The functions of <sys/epoll.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/epoll.h>

extern "C" {

decltype(::epoll_pwait) epoll_pwait
    [[deprecated("holds the hub: co_await green::epoll_pwait")]];
decltype(::epoll_pwait2) epoll_pwait2
    [[deprecated("holds the hub: co_await green::epoll_pwait2")]];
decltype(::epoll_wait) epoll_wait
    [[deprecated("holds the hub: co_await green::epoll_wait")]];

}  // extern "C"
