// SPDX-License-Identifier: MIT
#include "tests/support/during_fork.h"

#include <pthread.h>

#include <atomic>
#include <utility>

namespace tests {

namespace {

enum class step { none, wanted, forking, called };
std::atomic<step> now = step::none;

// A call that waits for a lock ends after the fork. So this waits for a while.
void let_it_call() {
  step expected = step::wanted;
  if (!now.compare_exchange_strong(expected, step::forking)) return;
  for (int i = 0; i < 2'000 && now != step::called; ++i) {
    std::this_thread::yield();
  }
}

// Handlers that come first are called last before a fork.
[[gnu::constructor(101)]] void come_first() {
  ::pthread_atfork(let_it_call, nullptr, nullptr);
}

}  // namespace

during_fork::during_fork(std::function<void()> call) {
  now = step::wanted;
  thread_ = std::thread([call = std::move(call)] {
    while (now != step::forking) std::this_thread::yield();
    call();
    now = step::called;
  });
}

during_fork::~during_fork() { thread_.join(); }

}  // namespace tests
