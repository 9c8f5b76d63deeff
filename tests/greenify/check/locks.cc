// SPDX-License-Identifier: MIT
// Locks of green that a kill leaves locked, or that another unlocks.
#include <chrono>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/shared_mutex"

using namespace std::chrono_literals;

green::mutex m;
green::shared_mutex shared;

green::task<> without_guard() {
  co_await m.lock();  // finds: held
  co_await green::sleep(1ms);
  m.unlock();
}

green::task<> without_guard_to_read() {
  co_await shared.lock_shared();  // finds: held
  co_await green::sleep(1ms);
  shared.unlock_shared();
}

struct account {
  green::mutex lock;
  green::task<> change() {
    co_await lock.lock();  // finds: held
    co_await green::sleep(1ms);
    lock.unlock();
  }
};

green::task<> foreign() {
  m.unlock();  // finds: held
  co_return;
}

green::task<> right() {
  co_await m.lock();
  m.unlock();
  {
    co_await m.lock();
    green::lock_guard guard(m, green::adopt_lock);
    co_await green::sleep(1ms);
  }
  {
    const auto guard = co_await m.scoped_lock();
    co_await green::sleep(1ms);
  }
  co_await m.lock();
  try {
    co_await green::sleep(1ms);
  } catch (...) {
    m.unlock();
    throw;
  }
  m.unlock();
  if (m.try_lock()) m.unlock();
}

int main() { green::run(right); }
