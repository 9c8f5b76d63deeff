// SPDX-License-Identifier: MIT
//
// Mirrors <sys/fsuid.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: setfsgid setfsuid and all macros
// Differs: both ids are those of the OS thread, with all of its green threads.
// Missing: nothing.
#pragma once

#include <sys/fsuid.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::setfsgid;
using ::setfsuid;

}  // namespace green
