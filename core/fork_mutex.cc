// SPDX-License-Identifier: MIT
#include "green/core/fork_mutex.h"

#include "green/core/spin_lock.h"
#include "green/core/system.h"

namespace green::core {

namespace {

constinit spin_lock list_lock;  // guards the list
constinit fork_mutex* first = nullptr;

}  // namespace

void fork_mutex::join_others() noexcept {
  const std::lock_guard guard(list_lock);
  if (joined_.load(std::memory_order_relaxed)) return;
  next_ = first;
  first = this;
  joined_.store(true, std::memory_order_release);
}

// A thread may hold one while it asks for another. To avoid a deadlock, all are
// then given back.
fork_mutex::all::all() noexcept {
  list_lock.lock();
  for (fork_mutex* m = first; m != nullptr;) {
    if (m->mutex_.try_lock()) {
      m = m->next_;
      continue;
    }
    for (fork_mutex* held = first; held != m; held = held->next_) {
      held->mutex_.unlock();
    }
    list_lock.unlock();
    yield_processor();
    list_lock.lock();
    m = first;
  }
}

fork_mutex::all::~all() {
  for (fork_mutex* m = first; m != nullptr; m = m->next_) m->mutex_.unlock();
  list_lock.unlock();
}

}  // namespace green::core
