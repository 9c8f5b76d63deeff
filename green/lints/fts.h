// SPDX-License-Identifier: MIT
//
// The functions of <fts.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <fts.h>

extern "C" {

decltype(::fts64_children) fts64_children
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts64_close) fts64_close
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts64_open) fts64_open
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts64_read) fts64_read
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts64_set) fts64_set
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts_children) fts_children
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts_close) fts_close
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts_open) fts_open
    [[deprecated("holds the hub: see Missing in green/fts.h")]];
decltype(::fts_read) fts_read
    [[deprecated("holds the hub: see Missing in green/fts.h")]];

}  // extern "C"
