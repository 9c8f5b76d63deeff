// SPDX-License-Identifier: MIT
//
// Mirrors <sys/syslog.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/syslog.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/syslog.h>  // the original

#include "green/syslog.h"
