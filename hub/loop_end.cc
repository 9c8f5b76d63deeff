// SPDX-License-Identifier: MIT
// The end of a hub's green threads.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "green/core/deadline.h"
#include "green/core/system.h"
#include "green/hub/loop.h"

namespace green::hub {

namespace {

// At the end of run all green threads are killed. After each kill they have the
// grace to clean up. After the last one their coroutines are destroyed.
constexpr std::int64_t cleanup_grace = 1'000'000'000;
constexpr int kills_at_end = 3;
constexpr int patience_at_end = 10;

}  // namespace

// In a child of fork of a green thread that was not main, its end is that of
// the process, like the end of a process's last thread.
void loop::end_process(core::green_thread& last) {
  last.report_error();
  const bool failed = last.how() == core::green_thread::outcome::error;
  std::exit(failed ? EXIT_FAILURE : EXIT_SUCCESS);
}

void loop::end_threads() {
  ending_ = true;
  for (int round = 0;; ++round) {
    if (threads_.empty()) run_leftovers();
    if (threads_.empty()) break;
    if (round == patience_at_end) {
      std::fputs(
          fmt::format("green: green threads cannot be ended, leaked:\n{}",
                      describe_threads())
              .c_str(),
          stderr);
      leaked_ = true;
      break;
    }
    end_each(round < kills_at_end);
    stuck_ = false;
    // The steady clock counts too, as virtual time stands still while a green
    // thread yields.
    const std::int64_t limit = core::deadline::after(now(), cleanup_grace);
    const std::int64_t steady_limit = core::steady_now() + cleanup_grace;
    while (!threads_.empty() && !stuck_ && now() < limit &&
           core::steady_now() < steady_limit) {
      turn(limit);
    }
  }
  ending_ = false;
}

// Each one moves to the end of the list, because others may leave it meanwhile.
void loop::end_each(bool kindly) {
  std::size_t left = 0;
  threads_.for_each([&left](core::green_thread&) { ++left; });
  for (; left != 0 && !threads_.empty(); --left) {
    core::green_thread& t = threads_.front();
    t.ref();
    t.list_hook::unlink();
    threads_.push_back(t);
    kindly ? t.kill() : t.abandon();
    t.unref();
  }
}

// Runs callbacks and posts that came too late for a turn. They may spawn.
void loop::run_leftovers() {
  constexpr unsigned one = 1;
  take_mail();
  while (!nothing_ready() && threads_.empty()) {
    core::green_thread::run_some(*this, due_.empty() ? ready_ : due_, one);
  }
}

}  // namespace green::hub
