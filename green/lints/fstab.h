// SPDX-License-Identifier: MIT
//
// The functions of <fstab.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <fstab.h>

extern "C" {

decltype(::endfsent) endfsent
    [[deprecated("holds the hub: see Missing in green/fstab.h")]];
decltype(::getfsent) getfsent
    [[deprecated("holds the hub: see Missing in green/fstab.h")]];
decltype(::getfsfile) getfsfile
    [[deprecated("holds the hub: see Missing in green/fstab.h")]];
decltype(::getfsspec) getfsspec
    [[deprecated("holds the hub: see Missing in green/fstab.h")]];
decltype(::setfsent) setfsent
    [[deprecated("holds the hub: see Missing in green/fstab.h")]];

}  // extern "C"
