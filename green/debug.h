// SPDX-License-Identifier: MIT
//
// Looks at a running program: who waits for what, who keeps a hub busy, and how
// much each hub does.
//
//   green::detect_blocking(100ms);  // from now on, reports long turns
//   green::event never;
//   auto wait = [&]() -> green::task<> { co_await never.wait(); };
//   auto stuck = green::spawn(wait);
//   stuck.set_name("stuck");
//   co_await green::sleep();        // "stuck" runs, and waits
//   green::dump();                  // stuck, its age, the line of its await
//   green::dump_all();              // the same of every hub, and much more
//   green::debug_server("unix:/run/program");  // the same for `nc -U`
//   std::printf("%ju live\n", std::uintmax_t{green::statistics().live});
//   co_await stuck.kill();
//
// Two variables of the environment do so without a change of the program
// (docs/debugging.md). GREEN_DUMP_SIGNAL=QUIT has dump_all written when that
// signal comes, to stderr or to GREEN_DUMP_FILE. GREEN_MAX_BLOCKING_TIME=100ms
// begins detect_blocking on each hub.
//
// No function here waits as green threads do, so a kill or timeout has no part
// in them (docs/contract.md).
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "green/core/deadline.h"
#include "green/dumps/statistics.h"

namespace green {

namespace dumps {
class service;
}

/// The numbers of this thread's hub. They are plain counts of the hub's own
/// thread, so that they cost almost nothing. Those of another hub come by
/// `co_await other.spawn(green::statistics).get()` (green/hub.h).
hub_statistics statistics();

/// gevent.util.print_run_info: prints three lists. The first is of the live
/// green threads of this thread's hub: name, age, where each was spawned, its
/// wait and the line of that, and its context variables that have a name. The
/// second is of those that ended with an error and still have a handle. The
/// third is of rings of green threads that wait for each other.
void dump(std::FILE* out = stderr);

/// The same for every hub of the process, from any thread. Behind the hubs and
/// their numbers stand all green threads, as a tree by who has spawned whom.
/// Those that wait alike share a line, with their number. Helper threads,
/// fibers of `patched`, timers, requests to the kernel and rings follow.
///
/// Each hub tells of itself in its next turn. The dump waits a fifth of a
/// second for that. It says of a hub that stands still which green thread runs
/// there, since when, and its native stack. The OS thread is asked for that by
/// a signal, as detect_blocking does.
void dump_all(std::FILE* out = stderr);

/// gevent's max_blocking_time: a helper thread watches this thread's hub. It
/// reports on stderr, once each time, a green thread that keeps the hub longer
/// than `limit` without an await that waits. A limit of zero ends the watch.
///
/// The report names the green thread, the native stack of its OS thread and, in
/// builds without NDEBUG, its chain of awaits. When the same happens again, a
/// line tells how often. Lines come from addr2line or llvm-symbolizer, which
/// run as a child, so that SIGCHLD may arrive. The OS thread is asked for its
/// stack by a real-time signal without other use. That has a handler of green's
/// for this moment only, with SA_RESTART. Calls that end with EINTR all the
/// same (signal(7)), such as ::poll and ::nanosleep, end early when they are
/// reported.
///
/// In a program's builds without NDEBUG, run begins such a watch with 100 ms,
/// except on virtual time, under a sanitizer and under valgrind. In any build
/// the environment's GREEN_MAX_BLOCKING_TIME=250ms sets the limit, where the
/// units are ns, us, ms and s, and 0 is no watch. A call of this function wins
/// over both. A child of fork is watched from its next run on.
void detect_blocking(std::chrono::nanoseconds limit);

/// What a debug_server allows.
class debug_options {
 public:
  /// "kill ID" ends green threads. Else it is refused.
  debug_options& allow_kill(bool yes = true) noexcept {
    kill_ = yes;
    return *this;
  }
  /// Was that said?
  bool kill_allowed() const noexcept { return kill_; }

 private:
  bool kill_ = false;
};

/// Answers questions about the process: a client sends a line, and gets a text.
/// `help` names the commands: dump, hubs, blocked, threads NAME, kill ID.
/// `json` in front of a command asks for JSON. An OS thread of its own serves,
/// so that it answers although all hubs stand still.
///
/// It goes on when this handle has gone, until stop or the end of the process.
/// A child of fork has none. Any thread may call these functions.
class debug_server {
 public:
  /// "unix:/run/x" is a socket of mode 0600, which replaces one that nobody
  /// serves any more. "127.0.0.1:7000", "localhost:0" and "[::1]:0" are ports
  /// of this machine. Other addresses are refused. When it cannot serve, one
  /// line on stderr says why, and the program goes on.
  explicit debug_server(const std::string& address,
                        const debug_options& options = debug_options());

  /// False when it could not serve, and after stop.
  bool serving() const noexcept;
  /// "unix:/run/x" or "127.0.0.1:40123"; empty when it does not serve.
  std::string address() const;
  /// Ends the service, for all copies of this handle.
  void stop();

 private:
  dumps::service* service_ = nullptr;
};

}  // namespace green
