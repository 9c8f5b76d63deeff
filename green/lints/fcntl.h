// SPDX-License-Identifier: MIT
//
// The functions of <fcntl.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <fcntl.h>

extern "C" {

decltype(::creat) creat [[deprecated("holds the hub: co_await green::creat")]];
decltype(::fallocate) fallocate
    [[deprecated("holds the hub: co_await green::fallocate")]];
decltype(::fcntl) fcntl [[deprecated("holds the hub: co_await green::fcntl")]];
decltype(::name_to_handle_at) name_to_handle_at
    [[deprecated("holds the hub: co_await green::name_to_handle_at")]];
decltype(::open) open [[deprecated("holds the hub: co_await green::open")]];
decltype(::open_by_handle_at) open_by_handle_at
    [[deprecated("holds the hub: co_await green::open_by_handle_at")]];
decltype(::openat) openat
    [[deprecated("holds the hub: co_await green::openat")]];
decltype(::posix_fadvise) posix_fadvise
    [[deprecated("holds the hub: co_await green::posix_fadvise")]];
decltype(::posix_fallocate) posix_fallocate
    [[deprecated("holds the hub: co_await green::posix_fallocate")]];
decltype(::readahead) readahead
    [[deprecated("holds the hub: co_await green::readahead")]];
decltype(::splice) splice
    [[deprecated("holds the hub: co_await green::splice")]];
decltype(::sync_file_range) sync_file_range
    [[deprecated("holds the hub: co_await green::sync_file_range")]];
decltype(::tee) tee [[deprecated("holds the hub: co_await green::tee")]];
decltype(::vmsplice) vmsplice
    [[deprecated("holds the hub: co_await green::vmsplice")]];

}  // extern "C"
