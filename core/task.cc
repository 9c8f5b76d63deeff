// SPDX-License-Identifier: MIT
#include "green/core/task.h"

#include <cassert>

namespace green::core {

bool task_promise_base::look_and_begin() noexcept {
  green_thread& here = *thread;
  if (here.interrupted()) {
    here.claim_interrupt();
    thread = nullptr;
    leave_unawaited();
    return here.gives_way(*parent);
  }
  if (here.gives_way(*this)) return true;
  assert(here.runs(*this));
  here.continue_with(self);
  return true;
}

void drop_task(task_promise_base& coroutine) noexcept {
  const std::coroutine_handle<> frame = coroutine.self;
  if (coroutine.thread != nullptr) return frame.destroy();
  if (coroutine.unawaited()) report_drop(coroutine);
  const dropping arguments;
  frame.destroy();
}

}  // namespace green::core
