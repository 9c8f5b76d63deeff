// SPDX-License-Identifier: MIT
#include "green/patcher/waits.h"

#include <atomic>
#include <cstdio>

#include "green/core/sleep.h"

namespace green::patcher {

namespace {

// After this many failed calls in a row, each lets others run.
constexpr unsigned in_a_row = 64;

core::task<> yield() { co_await core::yield_wait(); }

void let_others_run(fiber& me) noexcept {
  const int before = errno;
  try {
    me.wait_for(yield(), true);
  } catch (const std::bad_alloc&) {
    errno = before;  // then not now
  }
  errno = before;
}

}  // namespace

void fail_at_once(fiber& me) noexcept {
  const unsigned failed = me.count_failed();
  if (failed == in_a_row) {
    static constinit std::atomic<bool> said = false;
    if (!said.exchange(true)) {
      std::fprintf(stderr,
                   "green: a function in green::patched() goes on calling "
                   "after its calls fail (%s)\n",
                   std::strerror(me.failing()));
    }
  }
  if (failed >= in_a_row) let_others_run(me);
}

void did_not_wait() noexcept {
  core::green_thread& here = *core::scheduler::here()->current();
  if (!here.must_look() || !here.is_late()) return;
  const shut_gate shut;
  let_others_run(shut.owner());
}

}  // namespace green::patcher
