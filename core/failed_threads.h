// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/failures.h"
#include "green/core/green_thread.h"

namespace green::core {

/// Calls f with the green threads of the hub that ended with an error. Each is
/// alive, and f must not drop a handle.
template <class F>
void for_each_failed(const scheduler& hub, F&& f) {
  failures::for_each([&](list_hook& hook) {
    green_thread& thread = static_cast<green_thread&>(hook);
    if (&thread.home() == &hub) f(thread);
  });
}

}  // namespace green::core
