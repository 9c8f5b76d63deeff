// SPDX-License-Identifier: MIT
//
// The functions of <shadow.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <shadow.h>

extern "C" {

decltype(::endspent) endspent
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::fgetspent) fgetspent
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::fgetspent_r) fgetspent_r
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::getspent) getspent
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::getspent_r) getspent_r
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::getspnam) getspnam
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::getspnam_r) getspnam_r
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::lckpwdf) lckpwdf
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::putspent) putspent
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::setspent) setspent
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];
decltype(::ulckpwdf) ulckpwdf
    [[deprecated("holds the hub: see Missing in green/shadow.h")]];

}  // extern "C"
