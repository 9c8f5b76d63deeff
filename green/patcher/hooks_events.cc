// SPDX-License-Identifier: MIT
// What threads ask of each other: cancelling, and signals for one thread.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <vector>

#include "green/patcher/made_thread.h"
#include "green/patcher/replacement.h"
#include "green/signal.h"

namespace green::patcher {

namespace {

using kill_type = int(pthread_t, int);
using queue_type = int(pthread_t, int, sigval);
using action_type = int(int, const struct ::sigaction*, struct ::sigaction*);
using handler_type = sighandler_t(int, sighandler_t);
using mask_type = int(int, const sigset_t*, sigset_t*);

int set_cancel_state_on(int state, int* before) {
  return made_thread::current().events().set_cancel_state(state, before);
}
int set_cancel_type_on(int type, int* before) {
  return made_thread::current().events().set_cancel_type(type, before);
}
void test_cancel_on() {
  if (made_thread* const me = this_fiber().thread()) {
    me->events().test_cancel();
  }
}

// Nothing if the number is no fiber's.
made_thread::answer send(pthread_t thread, siginfo_t signal) {
  const int number = signal.si_signo;
  if (number < 0 || number >= NSIG) return EINVAL;
  signal.si_pid = ::getpid();
  signal.si_uid = ::getuid();
  const auto sent = made_thread::send(thread, signal);
  // To oneself: the handler runs before the call returns.
  if (sent == 0 && gate_open()) {
    made_thread& me = made_thread::current();
    if (me.number() == thread) me.events().handle_signals();
  }
  return sent;
}

int kill_anywhere(pthread_t thread, int number) {
  siginfo_t signal{};
  signal.si_signo = number;
  signal.si_code = SI_TKILL;
  if (const auto sent = send(thread, signal)) return *sent;
  return original<"pthread_kill", kill_type>(thread, number);
}

int queue_anywhere(pthread_t thread, int number, sigval value) {
  siginfo_t signal{};
  signal.si_signo = number;
  signal.si_code = SI_QUEUE;
  signal.si_value = value;
  if (const auto sent = send(thread, signal)) return *sent;
  return original<"pthread_sigqueue", queue_type>(thread, number, value);
}

// A made thread has a mask of its own. Main's is that of the hub's thread, and
// so the mask for signals to the process.

int sigmask_on(int how, const sigset_t* set, sigset_t* before) {
  made_thread* const me = this_fiber().thread();
  if (me == nullptr || me->has_hubs_mask()) {
    return original<"pthread_sigmask", mask_type>(how, set, before);
  }
  return me->events().set_mask(how, set, before);
}

int sigprocmask_on(int how, const sigset_t* set, sigset_t* before) {
  const int failed = sigmask_on(how, set, before);
  if (failed == 0) return 0;
  errno = failed;
  return -1;
}

// So that a handler ends the waits of the program's main. The gate is shut,
// because green's function may lie in a patched object, and calls the original.
template <auto Change>
constexpr auto changed = [](auto... arguments) {
  const shut_gate shut;
  return Change(arguments...);
};

}  // namespace

void add_event_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"pthread_setcancelstate", int(int, int*), set_cancel_state_on>(
          "create"),
      make_hook<"pthread_setcanceltype", int(int, int*), set_cancel_type_on>(
          "create"),
      make_hook<"pthread_testcancel", void(), test_cancel_on>("create"),
      make_whole_hook<"pthread_kill", kill_type, kill_anywhere>("create"),
      make_whole_hook<"pthread_sigqueue", queue_type, queue_anywhere>("create"),
      make_hook<"pthread_sigmask", mask_type, sigmask_on>("create"),
      make_hook<"sigprocmask", mask_type, sigprocmask_on>("create"),
      make_hook<"sigaction", action_type, changed<green::sigaction>>("create"),
      make_hook<"signal", handler_type, changed<green::signal>>("create"),
      make_hook<"ssignal", handler_type, changed<green::ssignal>>("create"),
      make_hook<"sysv_signal", handler_type, changed<green::sysv_signal>>(
          "create"),
      make_hook<"__sysv_signal", handler_type, changed<green::sysv_signal>>(
          "create"),
      make_hook<"siginterrupt", int(int, int), changed<green::siginterrupt>>(
          "create"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
