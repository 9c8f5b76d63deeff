// SPDX-License-Identifier: MIT
//
// The functions of <aliases.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <aliases.h>

extern "C" {

decltype(::endaliasent) endaliasent
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];
decltype(::getaliasbyname) getaliasbyname
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];
decltype(::getaliasbyname_r) getaliasbyname_r
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];
decltype(::getaliasent) getaliasent
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];
decltype(::getaliasent_r) getaliasent_r
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];
decltype(::setaliasent) setaliasent
    [[deprecated("holds the hub: see Missing in green/aliases.h")]];

}  // extern "C"
