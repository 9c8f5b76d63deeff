// SPDX-License-Identifier: MIT
//
// The functions of <resolv.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <resolv.h>

extern "C" {

decltype(::res_nquery) res_nquery
    [[deprecated("holds the hub: co_await green::res_nquery")]];
decltype(::res_nquerydomain) res_nquerydomain
    [[deprecated("holds the hub: co_await green::res_nquerydomain")]];
decltype(::res_nsearch) res_nsearch
    [[deprecated("holds the hub: co_await green::res_nsearch")]];
decltype(::res_nsend) res_nsend
    [[deprecated("holds the hub: co_await green::res_nsend")]];
decltype(::res_query) res_query
    [[deprecated("holds the hub: co_await green::res_query")]];
decltype(::res_querydomain) res_querydomain
    [[deprecated("holds the hub: co_await green::res_querydomain")]];
decltype(::res_search) res_search
    [[deprecated("holds the hub: co_await green::res_search")]];
decltype(::res_send) res_send
    [[deprecated("holds the hub: co_await green::res_send")]];

}  // extern "C"
