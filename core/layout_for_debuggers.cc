// SPDX-License-Identifier: MIT
#include "green/core/layout_for_debuggers.h"

#include <cstddef>

#include "green/core/green_thread.h"
#include "green/core/promise_base.h"
#include "green/core/scheduler.h"

// These classes have bases, of which none is virtual. So both compilers know
// the offsets of their members.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace green::core {

layout_for_debuggers layout_for_debuggers::make() noexcept {
  layout_for_debuggers l;
  l.scheduler_threads = offsetof(scheduler, threads_);
  l.scheduler_current = offsetof(scheduler, current_);
  l.scheduler_os_thread = offsetof(scheduler, own_thread_);
  l.hook_next = offsetof(list_hook, next_);
  l.thread_hook = offsetof(green_thread, prev_);
  l.thread_id = offsetof(green_thread, id_);
  l.thread_parent = offsetof(green_thread, parent_);
  l.thread_spawned_at = offsetof(green_thread, spawned_at_);
  l.thread_name = offsetof(green_thread, name_);
  l.thread_started = offsetof(green_thread, started_);
  l.thread_waiting = offsetof(green_thread, waiting_);
  l.thread_leaf = offsetof(green_thread, leaf_);
  l.promise_self = offsetof(promise_base, self);
  l.promise_parent = offsetof(promise_base, parent);
  l.promise_where = offsetof(promise_base, where);
  return l;
}

}  // namespace green::core

green::core::layout_for_debuggers green_layout_for_debuggers =
    green::core::layout_for_debuggers::make();
