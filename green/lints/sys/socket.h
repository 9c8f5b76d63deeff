// SPDX-License-Identifier: MIT
//
// The functions of <sys/socket.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/socket.h>

extern "C" {

decltype(::accept) accept
    [[deprecated("holds the hub: co_await green::accept")]];
decltype(::accept4) accept4
    [[deprecated("holds the hub: co_await green::accept4")]];
decltype(::connect) connect
    [[deprecated("holds the hub: co_await green::connect")]];
decltype(::recv) recv [[deprecated("holds the hub: co_await green::recv")]];
decltype(::recvfrom) recvfrom
    [[deprecated("holds the hub: co_await green::recvfrom")]];
decltype(::recvmmsg) recvmmsg
    [[deprecated("holds the hub: co_await green::recvmmsg")]];
decltype(::recvmsg) recvmsg
    [[deprecated("holds the hub: co_await green::recvmsg")]];
decltype(::send) send [[deprecated("holds the hub: co_await green::send")]];
decltype(::sendmmsg) sendmmsg
    [[deprecated("holds the hub: co_await green::sendmmsg")]];
decltype(::sendmsg) sendmsg
    [[deprecated("holds the hub: co_await green::sendmsg")]];
decltype(::sendto) sendto
    [[deprecated("holds the hub: co_await green::sendto")]];

}  // extern "C"
