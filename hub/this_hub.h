// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"
#include "green/core/scheduler.h"

namespace green::hub {

core::scheduler& make_hub();

/// The hub of this OS thread, made on first use.
inline core::scheduler& this_hub() {
  core::scheduler* const here = core::scheduler::here();
  return here != nullptr ? *here : make_hub();
}

/// Is this thread's hub running? There is one `run` at a time.
bool running() noexcept;

/// Can this thread's hub wait for a child by an entry?
bool has_waitid();

/// close(2), which tells this thread's hub, if there is one.
int close_here(int fd) noexcept;

/// Runs this thread's hub until `main` has ended.
void run(core::green_thread& main);

}  // namespace green::hub
