// SPDX-License-Identifier: MIT
//
// The functions of <sys/xattr.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/xattr.h>

extern "C" {

decltype(::fgetxattr) fgetxattr
    [[deprecated("holds the hub: co_await green::fgetxattr")]];
decltype(::flistxattr) flistxattr
    [[deprecated("holds the hub: co_await green::flistxattr")]];
decltype(::fremovexattr) fremovexattr
    [[deprecated("holds the hub: co_await green::fremovexattr")]];
decltype(::fsetxattr) fsetxattr
    [[deprecated("holds the hub: co_await green::fsetxattr")]];
decltype(::getxattr) getxattr
    [[deprecated("holds the hub: co_await green::getxattr")]];
decltype(::lgetxattr) lgetxattr
    [[deprecated("holds the hub: co_await green::lgetxattr")]];
decltype(::listxattr) listxattr
    [[deprecated("holds the hub: co_await green::listxattr")]];
decltype(::llistxattr) llistxattr
    [[deprecated("holds the hub: co_await green::llistxattr")]];
decltype(::lremovexattr) lremovexattr
    [[deprecated("holds the hub: co_await green::lremovexattr")]];
decltype(::lsetxattr) lsetxattr
    [[deprecated("holds the hub: co_await green::lsetxattr")]];
decltype(::removexattr) removexattr
    [[deprecated("holds the hub: co_await green::removexattr")]];
decltype(::setxattr) setxattr
    [[deprecated("holds the hub: co_await green::setxattr")]];

}  // extern "C"
