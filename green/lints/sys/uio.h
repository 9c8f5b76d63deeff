// SPDX-License-Identifier: MIT
//
// The functions of <sys/uio.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/uio.h>

extern "C" {

decltype(::preadv) preadv
    [[deprecated("holds the hub: co_await green::preadv")]];
decltype(::preadv2) preadv2
    [[deprecated("holds the hub: co_await green::preadv2")]];
decltype(::process_vm_readv) process_vm_readv
    [[deprecated("holds the hub: co_await green::process_vm_readv")]];
decltype(::process_vm_writev) process_vm_writev
    [[deprecated("holds the hub: co_await green::process_vm_writev")]];
decltype(::pwritev) pwritev
    [[deprecated("holds the hub: co_await green::pwritev")]];
decltype(::pwritev2) pwritev2
    [[deprecated("holds the hub: co_await green::pwritev2")]];
decltype(::readv) readv [[deprecated("holds the hub: co_await green::readv")]];
decltype(::writev) writev
    [[deprecated("holds the hub: co_await green::writev")]];

}  // extern "C"
