// SPDX-License-Identifier: MIT
// Threads that compute, and are real ones from their next creation on.
#include "green/monitors/detector.h"
#include "green/patcher.h"
#include "green/patcher/made_thread.h"
#include "green/patcher/real_threads.h"

namespace green::patcher {

void move_computing_threads() {
  tell_code_apart();
  set_blocking_listener([](const core::green_thread& late) {
    const void* const code = made_thread::code_of(late);
    if (code != nullptr) keep_real(code);
  });
}

}  // namespace green::patcher
