// SPDX-License-Identifier: MIT
//
// The functions of <signal.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <signal.h>

extern "C" {

decltype(::sigsuspend) sigsuspend
    [[deprecated("holds the hub: co_await green::sigsuspend")]];
decltype(::sigtimedwait) sigtimedwait
    [[deprecated("holds the hub: co_await green::sigtimedwait")]];
decltype(::sigwait) sigwait
    [[deprecated("holds the hub: co_await green::sigwait")]];
decltype(::sigwaitinfo) sigwaitinfo
    [[deprecated("holds the hub: co_await green::sigwaitinfo")]];
decltype(::psiginfo) psiginfo
    [[deprecated("holds the hub: see Missing in green/signal.h")]];
decltype(::psignal) psignal
    [[deprecated("holds the hub: see Missing in green/signal.h")]];

}  // extern "C"
