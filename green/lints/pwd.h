// SPDX-License-Identifier: MIT
//
// The functions of <pwd.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <pwd.h>

extern "C" {

decltype(::endpwent) endpwent
    [[deprecated("holds the hub: co_await green::endpwent")]];
decltype(::getpwent) getpwent
    [[deprecated("holds the hub: co_await green::getpwent")]];
decltype(::getpwent_r) getpwent_r
    [[deprecated("holds the hub: co_await green::getpwent_r")]];
decltype(::getpwnam) getpwnam
    [[deprecated("holds the hub: co_await green::getpwnam")]];
decltype(::getpwnam_r) getpwnam_r
    [[deprecated("holds the hub: co_await green::getpwnam_r")]];
decltype(::getpwuid) getpwuid
    [[deprecated("holds the hub: co_await green::getpwuid")]];
decltype(::getpwuid_r) getpwuid_r
    [[deprecated("holds the hub: co_await green::getpwuid_r")]];
decltype(::setpwent) setpwent
    [[deprecated("holds the hub: co_await green::setpwent")]];
decltype(::fgetpwent) fgetpwent
    [[deprecated("holds the hub: see Missing in green/pwd.h")]];
decltype(::fgetpwent_r) fgetpwent_r
    [[deprecated("holds the hub: see Missing in green/pwd.h")]];
decltype(::getpw) getpw
    [[deprecated("holds the hub: see Missing in green/pwd.h")]];
decltype(::putpwent) putpwent
    [[deprecated("holds the hub: see Missing in green/pwd.h")]];

}  // extern "C"
