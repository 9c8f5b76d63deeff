// SPDX-License-Identifier: MIT
#include "green/posix/call_in_steps.h"

namespace green {

bool awaiter_in_steps::begin(request_in_steps& request,
                             core::promise_base& promise, core::site where,
                             bool look) {
  core::green_thread& thread = *promise.thread;
  promise.where = where;
  interrupted_ = look && thread.interrupted();
  if (interrupted_) {
    thread.claim_interrupt();
    return thread.gives_way(promise);
  }
  if (look) thread.look_next();
  steps_ = request.in_steps();
  return steps_.start_for(promise, where);
}

void awaiter_in_steps::throw_what_came() {
  if (interrupted_) core::scheduler::here()->current()->raise_interrupt();
  steps_.result();
}

}  // namespace green
