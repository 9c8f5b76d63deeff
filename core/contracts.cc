// SPDX-License-Identifier: MIT
// The reports of broken contracts that name green threads.
#include <string>

#include "green/core/assert.h"
#include "green/core/green_thread.h"
#include "green/core/queue_wait.h"
#include "green/core/scheduler.h"
#include "green/core/suspension.h"
#include "green/core/system.h"

namespace green::core {

void destroyed_in_flight(const suspension& wait,
                         const green_thread& thread) noexcept {
  std::string what;
  wait.describe(what);
  contract_broken(
      "a coroutine was destroyed while the kernel works for it and may write "
      "into its buffers: " +
      what + " of " + thread.name());
}

// A hub may be used before and after its time as the one of its thread.
void scheduler::expect_own_thread() const noexcept {
  const int thread = thread_id();
  if (thread == own_thread_) return;
  std::string user = "thread " + std::to_string(thread);
  if (here_ != nullptr && here_->current_ != nullptr) {
    user += ", in " + here_->current_->name();
  }
  contract_broken("a hub was used from a foreign thread: the hub of thread " +
                  std::to_string(own_thread_) + " by " + user);
}

// The waiters of other hubs stand still as long as they wait.
void wait_queue::destroyed_with_waiters(const char* message) noexcept {
  std::string who;
  for_each([&who](waiter& w) {
    who += who.empty() ? ": " : ", ";
    if (!queue_wait::is_place(w)) {
      who += "a joiner";
      return;
    }
    const green_thread& thread = queue_wait::of<queue_wait>(w).thread();
    who += thread.name() + " (" + thread.describe_wait() + ")";
  });
  contract_broken(message + who);
}

}  // namespace green::core
