// SPDX-License-Identifier: MIT
//
// The functions of <aio.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <aio.h>

extern "C" {

decltype(::aio_suspend) aio_suspend
    [[deprecated("holds the hub: see Missing in green/aio.h")]];
decltype(::lio_listio) lio_listio
    [[deprecated("holds the hub: see Missing in green/aio.h")]];

}  // extern "C"
