// SPDX-License-Identifier: MIT
//
// The functions of <semaphore.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <semaphore.h>

extern "C" {

decltype(::sem_clockwait) sem_clockwait
    [[deprecated("holds the hub: co_await green::sem_clockwait")]];
decltype(::sem_open) sem_open
    [[deprecated("holds the hub: co_await green::sem_open")]];
decltype(::sem_timedwait) sem_timedwait
    [[deprecated("holds the hub: co_await green::sem_timedwait")]];
decltype(::sem_unlink) sem_unlink
    [[deprecated("holds the hub: co_await green::sem_unlink")]];
decltype(::sem_wait) sem_wait
    [[deprecated("holds the hub: co_await green::sem_wait")]];

}  // extern "C"
