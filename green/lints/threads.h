// SPDX-License-Identifier: MIT
//
// The functions of <threads.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <threads.h>

extern "C" {

decltype(::call_once) call_once
    [[deprecated("holds the hub: co_await green::call_once")]];
decltype(::cnd_timedwait) cnd_timedwait
    [[deprecated("holds the hub: co_await green::cnd_timedwait")]];
decltype(::cnd_wait) cnd_wait
    [[deprecated("holds the hub: co_await green::cnd_wait")]];
decltype(::mtx_lock) mtx_lock
    [[deprecated("holds the hub: co_await green::mtx_lock")]];
decltype(::mtx_timedlock) mtx_timedlock
    [[deprecated("holds the hub: co_await green::mtx_timedlock")]];
decltype(::thrd_create) thrd_create
    [[deprecated("holds the hub: co_await green::thrd_create")]];
decltype(::thrd_join) thrd_join
    [[deprecated("holds the hub: co_await green::thrd_join")]];
decltype(::thrd_sleep) thrd_sleep
    [[deprecated("holds the hub: co_await green::thrd_sleep")]];
decltype(::thrd_yield) thrd_yield
    [[deprecated("holds the hub: co_await green::thrd_yield")]];

}  // extern "C"
