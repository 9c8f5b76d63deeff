// SPDX-License-Identifier: MIT
//
// The functions of <dlfcn.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <dlfcn.h>

extern "C" {

decltype(::dlmopen) dlmopen
    [[deprecated("holds the hub: see Missing in green/dlfcn.h")]];
decltype(::dlopen) dlopen
    [[deprecated("holds the hub: see Missing in green/dlfcn.h")]];

}  // extern "C"
