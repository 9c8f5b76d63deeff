// SPDX-License-Identifier: MIT
//
// Mirrors <syslog.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: syslog vsyslog openlog closelog
// Own: setlogmask
// Same: all else is the original: the macros. Made anew: setlogmask
// Differs: the log of green is beside the original's: openlog, closelog and
//   setlogmask of one do not change the other. The record is made at the call,
//   so the arguments may die before the await. The call waits while the log is
//   full. Killed then, it sends nothing. Records of green threads are sent in
//   the order in which they come to the socket. The record goes to standard
//   error (LOG_PERROR) and to the console (LOG_CONS) by awaited writes.
// Missing: nothing.
#pragma once

#include <syslog.h>  // the original

#include <cstdarg>

#include "green/task.h"

namespace green {

/// openlog(3). The name must live as long as it is used.
task<> openlog(const char* name, int options, int facility);
/// syslog(3): see Differs.
[[gnu::format(printf, 2, 3)]]
task<> syslog(int priority, const char* format, ...);
/// vsyslog(3)
[[gnu::format(printf, 2, 0)]]
task<> vsyslog(int priority, const char* format, std::va_list arguments);
/// closelog(3)
task<> closelog();

/// setlogmask(3). Does not wait.
int setlogmask(int mask);

}  // namespace green
