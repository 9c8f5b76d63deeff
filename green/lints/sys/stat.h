// SPDX-License-Identifier: MIT
//
// The functions of <sys/stat.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/stat.h>

extern "C" {

decltype(::chmod) chmod [[deprecated("holds the hub: co_await green::chmod")]];
decltype(::fchmod) fchmod
    [[deprecated("holds the hub: co_await green::fchmod")]];
decltype(::fchmodat) fchmodat
    [[deprecated("holds the hub: co_await green::fchmodat")]];
decltype(::fstat) fstat [[deprecated("holds the hub: co_await green::fstat")]];
decltype(::fstatat) fstatat
    [[deprecated("holds the hub: co_await green::fstatat")]];
decltype(::futimens) futimens
    [[deprecated("holds the hub: co_await green::futimens")]];
decltype(::lchmod) lchmod
    [[deprecated("holds the hub: co_await green::lchmod")]];
decltype(::lstat) lstat [[deprecated("holds the hub: co_await green::lstat")]];
decltype(::mkdir) mkdir [[deprecated("holds the hub: co_await green::mkdir")]];
decltype(::mkdirat) mkdirat
    [[deprecated("holds the hub: co_await green::mkdirat")]];
decltype(::mkfifo) mkfifo
    [[deprecated("holds the hub: co_await green::mkfifo")]];
decltype(::mkfifoat) mkfifoat
    [[deprecated("holds the hub: co_await green::mkfifoat")]];
decltype(::mknod) mknod [[deprecated("holds the hub: co_await green::mknod")]];
decltype(::mknodat) mknodat
    [[deprecated("holds the hub: co_await green::mknodat")]];
decltype(::stat) stat [[deprecated("holds the hub: co_await green::stat")]];
decltype(::statx) statx [[deprecated("holds the hub: co_await green::statx")]];
decltype(::utimensat) utimensat
    [[deprecated("holds the hub: co_await green::utimensat")]];

}  // extern "C"
