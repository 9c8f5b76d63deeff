// SPDX-License-Identifier: MIT
#include "green/hub/cancellation.h"

#include <pthread.h>

namespace green::hub {

namespace {

constinit thread_local bool allowed = false;

}  // namespace

no_cancellation::no_cancellation(except where) noexcept : allowed_(allowed) {
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state_);
  ::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type_);
  allowed = where == except::in_waits && state_ == PTHREAD_CANCEL_ENABLE;
}

no_cancellation::~no_cancellation() {
  allowed = allowed_;
  ::pthread_setcanceltype(type_, nullptr);
  ::pthread_setcancelstate(state_, nullptr);
}

// Cancellation is asynchronous, because a deferred one that comes just before
// the system call would not end it. The order of the two calls matters: in the
// other one, glibc 2.36 loses the thread's result.
void allow_cancellation() {
  if (!allowed) return;
  ::pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
  constexpr int at_once = PTHREAD_CANCEL_ASYNCHRONOUS;  // NOLINT: see above
  ::pthread_setcanceltype(at_once, nullptr);
}

void deny_cancellation() {
  if (!allowed) return;
  ::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, nullptr);
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
}

}  // namespace green::hub
