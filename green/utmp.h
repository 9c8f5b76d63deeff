// SPDX-License-Identifier: MIT
//
// Mirrors <utmp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: exit_status lastlog login_tty utmp utmpname
//   and all macros
// Differs: nothing.
// Missing: setutent endutent getutent getutent_r getutid getutid_r getutline
//   getutline_r pututline updwtmp login logout logwtmp: they read or write a
//   file. Await the functions of "green/utmpx.h".
#pragma once

#include <utmp.h>  // the original

#include "green/sys/select.h"
#include "green/sys/time.h"
#include "green/sys/types.h"

namespace green {

using ::exit_status;
using ::lastlog;
using ::login_tty;
using ::utmp;
using ::utmpname;

}  // namespace green
