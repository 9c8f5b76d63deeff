// SPDX-License-Identifier: MIT
//
// The functions of <mntent.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <mntent.h>

extern "C" {

decltype(::addmntent) addmntent
    [[deprecated("holds the hub: see Missing in green/mntent.h")]];
decltype(::endmntent) endmntent
    [[deprecated("holds the hub: see Missing in green/mntent.h")]];
decltype(::getmntent) getmntent
    [[deprecated("holds the hub: see Missing in green/mntent.h")]];
decltype(::getmntent_r) getmntent_r
    [[deprecated("holds the hub: see Missing in green/mntent.h")]];
decltype(::setmntent) setmntent
    [[deprecated("holds the hub: see Missing in green/mntent.h")]];

}  // extern "C"
