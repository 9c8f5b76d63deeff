// SPDX-License-Identifier: MIT
//
// Mirrors <sys/fanotify.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: fanotify_event_info_error
//   fanotify_event_info_fid fanotify_event_info_header
//   fanotify_event_info_pidfd fanotify_event_metadata fanotify_init
//   fanotify_mark fanotify_response and all macros
// Differs: fanotify_mark looks its path up at once. Await green::read of the
//   descriptor.
// Missing: nothing.
#pragma once

#include <sys/fanotify.h>  // the original

#include "green/stdint.h"

namespace green {

using ::fanotify_event_info_error;
using ::fanotify_event_info_fid;
using ::fanotify_event_info_header;
using ::fanotify_event_info_pidfd;
using ::fanotify_event_metadata;
using ::fanotify_init;
using ::fanotify_mark;
using ::fanotify_response;

}  // namespace green
