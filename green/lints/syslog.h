// SPDX-License-Identifier: MIT
//
// The functions of <syslog.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <syslog.h>

extern "C" {

decltype(::closelog) closelog
    [[deprecated("holds the hub: co_await green::closelog")]];
decltype(::openlog) openlog
    [[deprecated("holds the hub: co_await green::openlog")]];
decltype(::syslog) syslog
    [[deprecated("holds the hub: co_await green::syslog")]];
decltype(::vsyslog) vsyslog
    [[deprecated("holds the hub: co_await green::vsyslog")]];

}  // extern "C"
