// SPDX-License-Identifier: MIT
//
// The functions of <ftw.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <ftw.h>

extern "C" {

decltype(::ftw) ftw [[deprecated("holds the hub: co_await green::ftw")]];
decltype(::nftw) nftw [[deprecated("holds the hub: co_await green::nftw")]];

}  // extern "C"
