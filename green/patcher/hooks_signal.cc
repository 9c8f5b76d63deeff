// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "green/patcher/refuse.h"
#include "green/patcher/replacement.h"
#include "green/signal.h"
#include "green/unistd.h"

namespace green::patcher {

namespace {

using alarm_type = unsigned(unsigned);
using pthread_cancel_type = int(pthread_t);

// Signals that pthread_kill has sent to the thread are pending for it alone.
// Others are the process's.
template <class Wait>
int wait_for_signal(const sigset_t* set, siginfo_t* info, Wait wait_for_one) {
  made_thread* const me = this_fiber().thread();
  siginfo_t found{};
  const auto taken = [&] {
    if (me == nullptr || !me->events().take(*set, found)) return false;
    if (info != nullptr) *info = found;
    return true;
  };
  if (taken()) return found.si_signo;
  if (me != nullptr) me->events().awaits(set);
  const int result = wait_for_one();
  if (me != nullptr) me->events().awaits(nullptr);
  if (result < 0 && errno == EINTR && taken()) return found.si_signo;
  return result;
}

int sigwaitinfo_on(const sigset_t* set, siginfo_t* info) {
  return wait_for_signal(set, info, [&] {
    return wait([&] { return green::sigwaitinfo(set, info); });
  });
}

int sigtimedwait_on(const sigset_t* set, siginfo_t* info,
                    const timespec* timeout) {
  return wait_for_signal(set, info, [&] {
    return wait([&] { return green::sigtimedwait(set, info, timeout); });
  });
}

int sigwait_on(const sigset_t* set, int* signal) {
  const int before = errno;
  const int found = sigwaitinfo_on(set, nullptr);
  const int failed = errno;
  errno = before;
  if (found < 0) return failed;
  *signal = found;
  return 0;
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
  if (const auto done = made_thread::cancel(thread)) {
    if (gate_open() && thread == made_thread::current().number()) {
      made_thread::current().events().test_asynchronous();
    }
    return *done;
  }
  if (!gate_open() || ::pthread_equal(thread, ::pthread_self()) == 0) {
    return original<"pthread_cancel", pthread_cancel_type>(thread);
  }
  refuse("pthread_cancel", "it would be of the hub's thread",
         __builtin_return_address(0));
  return ENOTSUP;
}

}  // namespace

void add_signal_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      hook_like<"sigwait", sigwait_on>("os", ::sigwait),
      hook_like<"sigwaitinfo", sigwaitinfo_on>("os", ::sigwaitinfo),
      hook_like<"sigtimedwait", sigtimedwait_on>("os", ::sigtimedwait),
      hook_like<"sigsuspend", awaited<green::sigsuspend>>("os", ::sigsuspend),
      hook_like<"pause", awaited<green::pause>>("os", ::pause),
      make_whole_hook<"alarm", alarm_type, alarm_anywhere>("os"),
      make_whole_hook<"pthread_cancel", pthread_cancel_type,
                      pthread_cancel_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
