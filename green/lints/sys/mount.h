// SPDX-License-Identifier: MIT
//
// The functions of <sys/mount.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <sys/mount.h>

extern "C" {

decltype(::fsconfig) fsconfig
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::fsmount) fsmount
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::fsopen) fsopen
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::fspick) fspick
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::mount) mount
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::mount_setattr) mount_setattr
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::move_mount) move_mount
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::open_tree) open_tree
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::umount) umount
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];
decltype(::umount2) umount2
    [[deprecated("holds the hub: see Missing in green/sys/mount.h")]];

}  // extern "C"
