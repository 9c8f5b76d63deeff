// SPDX-License-Identifier: MIT
//
// The functions of <dirent.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <dirent.h>

extern "C" {

decltype(::closedir) closedir
    [[deprecated("holds the hub: co_await green::closedir")]];
decltype(::fdopendir) fdopendir
    [[deprecated("holds the hub: co_await green::fdopendir")]];
decltype(::getdents64) getdents64
    [[deprecated("holds the hub: co_await green::getdents64")]];
decltype(::getdirentries) getdirentries
    [[deprecated("holds the hub: co_await green::getdirentries")]];
decltype(::opendir) opendir
    [[deprecated("holds the hub: co_await green::opendir")]];
decltype(::readdir) readdir
    [[deprecated("holds the hub: co_await green::readdir")]];
decltype(::rewinddir) rewinddir
    [[deprecated("holds the hub: co_await green::rewinddir")]];
decltype(::scandir) scandir
    [[deprecated("holds the hub: co_await green::scandir")]];
decltype(::scandirat) scandirat
    [[deprecated("holds the hub: co_await green::scandirat")]];
decltype(::seekdir) seekdir
    [[deprecated("holds the hub: co_await green::seekdir")]];
decltype(::readdir_r) readdir_r
    [[deprecated("holds the hub: see Missing in green/dirent.h")]];

}  // extern "C"
