// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ipc.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ftok gid_t ipc_perm key_t mode_t uid_t and
//   all macros
// Differs: ftok looks its path up at once.
// Missing: nothing.
#pragma once

#include <sys/ipc.h>  // the original

namespace green {

using ::ftok;
using ::gid_t;
using ::ipc_perm;
using ::key_t;
using ::mode_t;
using ::uid_t;

}  // namespace green
