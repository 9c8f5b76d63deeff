// SPDX-License-Identifier: MIT
#include "green/pthreads/waiter_count.h"

#include <pthread.h>

#include <mutex>
#include <system_error>

#include "green/core/fork_mutex.h"

namespace green::pthreads {

namespace {

struct waiters {
  core::fork_mutex mutex;
  core::list<waiter_count> all;
};

waiters& known() {
  static auto& one = *new waiters;
  return one;
}

}  // namespace

// The mutex was locked at the fork, and nobody else runs here.
void waiter_count::forget_all() noexcept {
  known().all.for_each([](waiter_count& each) { each.end(); });
}

waiter_count::waiter_count() {
  static const int error = ::pthread_atfork(nullptr, nullptr, &forget_all);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(),
                            "green: pthread_atfork");
  }
  const std::lock_guard guard(known().mutex);
  known().all.push_back(*this);
}

waiter_count::~waiter_count() {
  const std::lock_guard guard(known().mutex);
  unlink();
}

}  // namespace green::pthreads
