// SPDX-License-Identifier: MIT
#include "green/posix/call_in_steps.h"

#include "green/core/green_thread.h"

namespace green {

bool awaiter_in_steps::begin(core::promise_base& promise, core::site where) {
  core::green_thread& thread = *promise.thread;
  promise.where = where;
  const bool look = thread.must_look();
  interrupted_ = look && thread.interrupted();
  if (interrupted_) {
    thread.claim_interrupt();
    return thread.gives_way(promise);
  }
  if (request_.at_once()) return look && thread.gives_way(promise);
  if (look) thread.look_next();
  steps_ = request_.in_steps();
  return steps_.start_for(promise, where);
}

std::intptr_t awaiter_in_steps::finish() {
  if (interrupted_) core::scheduler::here()->current()->raise_interrupt();
  if (steps_.valid()) steps_.result();
  return request_.result();
}

}  // namespace green
