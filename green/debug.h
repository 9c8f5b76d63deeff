// SPDX-License-Identifier: MIT
//
// Looks at a running hub: lists the waits, and finds out who keeps it busy.
//
//   green::detect_blocking(100ms);  // from now on, reports long turns
//   green::event never;
//   auto wait = [&]() -> green::task<> { co_await never.wait(); };
//   auto stuck = green::spawn(wait);
//   stuck.set_name("stuck");
//   co_await green::sleep();        // "stuck" runs, and waits
//   green::dump();                  // stuck, its age, the line of its await
//   co_await stuck.kill();
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). Each is about the hub of the OS thread that calls it.
#pragma once

#include <chrono>
#include <cstdio>

#include "green/core/deadline.h"

namespace green {

/// gevent.util.print_run_info: prints three lists. The first is of the live
/// green threads of this thread's hub: name, age, where each was spawned, its
/// wait and the line of that, and its context variables that have a name. The
/// second is of those that ended with an error and still have a handle. The
/// third is of rings of green threads that wait for each other.
void dump(std::FILE* out = stderr);

/// gevent's max_blocking_time: a helper thread watches this thread's hub. It
/// reports on stderr, once each time, a green thread that keeps the hub longer
/// than `limit` without an await that waits. A limit of zero ends the watch.
///
/// The report names the green thread, the native stack of its OS thread and, in
/// builds without NDEBUG, its chain of awaits. Lines come from addr2line or
/// llvm-symbolizer, which run as a child, so that SIGCHLD may arrive. The OS
/// thread is asked for its stack by a real-time signal without other use. That
/// has a handler of green's for this moment only, with SA_RESTART. Calls that
/// end with EINTR all the same (signal(7)), such as ::poll and ::nanosleep, end
/// early when they are reported.
///
/// In a program's builds without NDEBUG, run begins such a watch with 100 ms,
/// except on virtual time, under a sanitizer and under valgrind. In any build
/// the environment's GREEN_MAX_BLOCKING_TIME=250ms sets the limit, where the
/// units are ns, us, ms and s, and 0 is no watch. A call of this function wins
/// over both. A child of fork is watched from its next run on.
void detect_blocking(std::chrono::nanoseconds limit);

}  // namespace green
