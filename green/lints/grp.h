// SPDX-License-Identifier: MIT
//
// The functions of <grp.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <grp.h>

extern "C" {

decltype(::endgrent) endgrent
    [[deprecated("holds the hub: co_await green::endgrent")]];
decltype(::getgrent) getgrent
    [[deprecated("holds the hub: co_await green::getgrent")]];
decltype(::getgrent_r) getgrent_r
    [[deprecated("holds the hub: co_await green::getgrent_r")]];
decltype(::getgrgid) getgrgid
    [[deprecated("holds the hub: co_await green::getgrgid")]];
decltype(::getgrgid_r) getgrgid_r
    [[deprecated("holds the hub: co_await green::getgrgid_r")]];
decltype(::getgrnam) getgrnam
    [[deprecated("holds the hub: co_await green::getgrnam")]];
decltype(::getgrnam_r) getgrnam_r
    [[deprecated("holds the hub: co_await green::getgrnam_r")]];
decltype(::getgrouplist) getgrouplist
    [[deprecated("holds the hub: co_await green::getgrouplist")]];
decltype(::initgroups) initgroups
    [[deprecated("holds the hub: co_await green::initgroups")]];
decltype(::setgrent) setgrent
    [[deprecated("holds the hub: co_await green::setgrent")]];
decltype(::fgetgrent) fgetgrent
    [[deprecated("holds the hub: see Missing in green/grp.h")]];
decltype(::fgetgrent_r) fgetgrent_r
    [[deprecated("holds the hub: see Missing in green/grp.h")]];
decltype(::putgrent) putgrent
    [[deprecated("holds the hub: see Missing in green/grp.h")]];

}  // extern "C"
