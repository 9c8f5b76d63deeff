// SPDX-License-Identifier: MIT
// What is said of a broken contract.
#include <string>

#include "green/core/assert.h"
#include "green/core/queue_wait.h"
#include "green/core/suspension.h"

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

// The waiters of other hubs stand still as long as they wait.
void wait_queue::destroyed_with_waiters(const char* message) noexcept {
  std::string who;
  for_each([&who](waiter& w) {
    who += who.empty() ? ": " : ", ";
    if (w.wake_ != &queue_wait::notified) {
      who += "a joiner";
      return;
    }
    const green_thread& thread = *static_cast<queue_wait&>(w).thread_;
    who += thread.name() + " (" + thread.describe_wait() + ")";
  });
  contract_broken(message + who);
}

}  // namespace green::core
