// SPDX-License-Identifier: MIT
//
// The functions of <utmp.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <utmp.h>

extern "C" {

decltype(::endutent) endutent
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutent) getutent
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutent_r) getutent_r
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutid) getutid
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutid_r) getutid_r
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutline) getutline
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::getutline_r) getutline_r
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::login) login
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::logout) logout
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::logwtmp) logwtmp
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::pututline) pututline
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::setutent) setutent
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];
decltype(::updwtmp) updwtmp
    [[deprecated("holds the hub: see Missing in green/utmp.h")]];

}  // extern "C"
