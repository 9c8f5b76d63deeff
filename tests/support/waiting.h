// SPDX-License-Identifier: MIT
//
// Green threads that wait, for tests of kills and timeouts:
//
//   co_await tests::check_interruptible(waits_for_ever);
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

#include "green/greenlet.h"
#include "green/timeout.h"

namespace tests {

/// Lets all others run until they wait.
inline green::task<> others_wait() {
  for (int turn = 0; turn < 10; ++turn) co_await green::sleep();
}

/// Starts f and lets it run until it waits.
template <class F>
green::task<green::greenlet<>> started(F f) {
  green::greenlet<> g = green::spawn(std::move(f));
  co_await others_wait();
  CHECK_FALSE(g.ready());
  co_return g;
}

/// f() waits for what never comes: a kill ends it, and so does a timeout.
template <class F>
green::task<> check_interruptible(F f) {
  const green::greenlet<> g = co_await started(f);
  co_await g.kill();
  CHECK(g.was_killed());
  bool expired = false;
  try {
    co_await green::with_timeout(std::chrono::milliseconds(1), f);
  } catch (const green::timed_out&) {
    expired = true;
  }
  CHECK(expired);
}

}  // namespace tests
