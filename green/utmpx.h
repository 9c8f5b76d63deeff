// SPDX-License-Identifier: MIT
//
// Mirrors <utmpx.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: getutxent getutxid getutxline pututxline setutxent endutxent
//   utmpxname updwtmpx
// Same: all else is the original: getutmp getutmpx pid_t timeval utmp utmpx
// Differs: a helper thread reads and writes the file, and waits for its lock. A
//   call that has begun ends before a kill or timeout is looked at. The results
//   belong to the green thread, until its next call of that function. The
//   position in the file is the process's, as the original's is. The original
//   waits for a lock for 10 s, by SIGALRM. Here that signal may not end the
//   wait. A fork during a call may leave a lock held in the child for ever.
//   Such a call waits there for ever, too.
// Missing: nothing.
#pragma once

#include <utmpx.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::getutmp;
using ::getutmpx;
using ::pid_t;
using ::timeval;
using ::utmp;
using ::utmpx;

/// getutxent(3)
task<utmpx*> getutxent();
/// getutxid(3)
task<utmpx*> getutxid(const utmpx* wanted GREEN_KEPT);
/// getutxline(3)
task<utmpx*> getutxline(const utmpx* wanted GREEN_KEPT);
/// pututxline(3)
task<utmpx*> pututxline(const utmpx* entry GREEN_KEPT);
/// setutxent(3)
hub::operation<void> setutxent();
/// endutxent(3)
hub::operation<void> endutxent();
/// utmpxname(3)
hub::operation<int> utmpxname(const char* file GREEN_KEPT);
/// updwtmpx(3)
hub::operation<void> updwtmpx(const char* file GREEN_KEPT,
                              const utmpx* entry GREEN_KEPT);

}  // namespace green
