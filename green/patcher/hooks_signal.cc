// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "green/patcher/refuse.h"
#include "green/patcher/replacement.h"
#include "green/signal.h"
#include "green/unistd.h"

namespace green::patcher {

namespace {

using alarm_type = unsigned(unsigned);
using pthread_cancel_type = int(pthread_t);
using pthread_exit_type = void(void*);

int sigwait_on(const sigset_t* set, int* signal) {
  return wait_number([&] { return green::sigwait(set, signal); });
}

// An old resolver jumps out of its handler, and so out of whichever fiber runs.
unsigned alarm_anywhere(unsigned seconds) {
  if (seconds == 0 || !gate_open())
    return original<"alarm", alarm_type>(seconds);
  refuse("alarm", "its signal would meet whatever fiber runs then",
         __builtin_return_address(0));
  return 0;
}

int pthread_cancel_anywhere(pthread_t thread) {
  if (!gate_open() || ::pthread_equal(thread, ::pthread_self()) == 0) {
    return original<"pthread_cancel", pthread_cancel_type>(thread);
  }
  refuse("pthread_cancel", "it would be of the hub's thread",
         __builtin_return_address(0));
  return ENOTSUP;
}

// The original cannot fail, because there is nothing to return to.
void pthread_exit_anywhere(void* value) {
  if (!gate_open()) return original<"pthread_exit", pthread_exit_type>(value);
  refuse("pthread_exit", "it would be of the hub's thread",
         __builtin_return_address(0));
  std::abort();
}

}  // namespace

void add_signal_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      hook_like<"sigwait", sigwait_on>("os", ::sigwait),
      hook_like<"sigwaitinfo", awaited<green::sigwaitinfo>>("os",
                                                            ::sigwaitinfo),
      hook_like<"sigtimedwait", awaited<green::sigtimedwait>>("os",
                                                              ::sigtimedwait),
      hook_like<"sigsuspend", awaited<green::sigsuspend>>("os", ::sigsuspend),
      hook_like<"pause", awaited<green::pause>>("os", ::pause),
      make_whole_hook<"alarm", alarm_type, alarm_anywhere>("os"),
      make_whole_hook<"pthread_cancel", pthread_cancel_type,
                      pthread_cancel_anywhere>("thread"),
      make_whole_hook<"pthread_exit", pthread_exit_type, pthread_exit_anywhere>(
          "thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
