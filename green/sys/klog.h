// SPDX-License-Identifier: MIT
//
// Mirrors <sys/klog.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: klogctl: it may wait for the kernel's next message. Await
//   green::read of /dev/kmsg.
#pragma once

#include <sys/klog.h>  // the original
