// SPDX-License-Identifier: MIT
#include "green/pthreads/waiter_count.h"

#include <pthread.h>

#include <mutex>
#include <system_error>

#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"

namespace green::pthreads {

namespace {

constinit core::fork_mutex mutex;
constinit core::immortal<core::list<waiter_count>> counts;

}  // namespace

// The mutex was locked at the fork, and nobody else runs in the child.
void waiter_count::forget_all() noexcept {
  counts.value.for_each([](waiter_count& each) { each.end(); });
}

const int waiter_count::error_of_watch_ =
    ::pthread_atfork(nullptr, nullptr, &waiter_count::forget_all);

waiter_count::waiter_count() {
  if (error_of_watch_ != 0) {
    throw std::system_error(error_of_watch_, std::generic_category(),
                            "green: pthread_atfork");
  }
  const std::lock_guard guard(mutex);
  counts.value.push_back(*this);
}

waiter_count::~waiter_count() {
  const std::lock_guard guard(mutex);
  unlink();
}

}  // namespace green::pthreads
