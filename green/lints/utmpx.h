// SPDX-License-Identifier: MIT
//
// The functions of <utmpx.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <utmpx.h>

extern "C" {

decltype(::endutxent) endutxent
    [[deprecated("holds the hub: co_await green::endutxent")]];
decltype(::getutxent) getutxent
    [[deprecated("holds the hub: co_await green::getutxent")]];
decltype(::getutxid) getutxid
    [[deprecated("holds the hub: co_await green::getutxid")]];
decltype(::getutxline) getutxline
    [[deprecated("holds the hub: co_await green::getutxline")]];
decltype(::pututxline) pututxline
    [[deprecated("holds the hub: co_await green::pututxline")]];
decltype(::setutxent) setutxent
    [[deprecated("holds the hub: co_await green::setutxent")]];
decltype(::updwtmpx) updwtmpx
    [[deprecated("holds the hub: co_await green::updwtmpx")]];
decltype(::utmpxname) utmpxname
    [[deprecated("holds the hub: co_await green::utmpxname")]];

}  // extern "C"
