// SPDX-License-Identifier: MIT
//
// Mirrors <sys/inotify.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: IN_CLOEXEC IN_NONBLOCK inotify_add_watch
//   inotify_event inotify_init inotify_init1 inotify_rm_watch and all macros
// Differs: inotify_add_watch looks its path up at once. Await green::read of
//   the descriptor.
// Missing: nothing.
#pragma once

#include <sys/inotify.h>  // the original

#include "green/stdint.h"

namespace green {

using ::IN_CLOEXEC;
using ::IN_NONBLOCK;
using ::inotify_add_watch;
using ::inotify_event;
using ::inotify_init;
using ::inotify_init1;
using ::inotify_rm_watch;

}  // namespace green
