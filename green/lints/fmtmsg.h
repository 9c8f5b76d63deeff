// SPDX-License-Identifier: MIT
//
// The functions of <fmtmsg.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <fmtmsg.h>

extern "C" {

decltype(::fmtmsg) fmtmsg
    [[deprecated("holds the hub: see Missing in green/fmtmsg.h")]];

}  // extern "C"
