// SPDX-License-Identifier: MIT
#include "green/signal.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <cerrno>

#include "green/core/signal_scope.h"
#include "green/core/thread_ids.h"
#include "green/hub/user_memory.h"
#include "green/posix/held_signals.h"
#include "green/posix/kept_errno.h"
#include "green/posix/poll_until.h"
#include "green/posix/timespecs.h"
#include "green/unique_fd.h"

namespace green {

namespace {

constexpr timespec no_time{0, 0};

// A descriptor that is readable while a signal of the set is pending for the
// thread or the process.
unique_fd pending_signals(const sigset_t& set) {
  return unique_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// The handler of another signal ends it, in a signal_scope.
task<int> take_until(const sigset_t* set, siginfo_t* info,
                     core::deadline until) {
  const kept_errno at_start;
  unique_fd pending(-1);
  for (;;) {
    const int taken = ::sigtimedwait(set, info, &no_time);
    if (taken > 0) co_return at_start(taken);
    if (core::signal_scope::current_ended()) errno = EINTR;
    if (core::signal_scope::current_ended()) co_return -1;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return -1;
    if (pending.get() < 0) pending = pending_signals(*set);
    if (pending.get() < 0) co_return -1;
    pollfd any{pending.get(), POLLIN, 0};
    if (co_await poll_until(&any, 1, until) == 0) {
      errno = EAGAIN;
      co_return -1;
    }
  }
}

bool ignored_by_default(int s) {
  return s == SIGCHLD || s == SIGURG || s == SIGWINCH || s == SIGCONT;
}

// The signals that `mask` lets through and that would have an effect only now.
// Such a signal has a handler, or ends or stops a process and is blocked.
sigset_t awaited_under(const sigset_t& mask) {
  const sigset_t own = program_mask();
  sigset_t awaited;
  ::sigemptyset(&awaited);
  for (int s = 1; s < NSIG; ++s) {
    struct ::sigaction now;
    if (::sigismember(&mask, s) == 1 || ::sigaction(s, nullptr, &now) != 0) {
      continue;
    }
    const bool blocked = ::sigismember(&own, s) == 1;
    const bool by_default = now.sa_handler == SIG_DFL;
    if (now.sa_handler == SIG_IGN) continue;
    if (by_default && (!blocked || ignored_by_default(s))) continue;
    if (!blocked && is_fault(s)) continue;
    ::sigaddset(&awaited, s);
  }
  return awaited;
}

// Lets pending signals through, and returns whether a handler has run. An
// ignored signal stays pending for sigwait.
bool let_through(const sigset_t& awaited, const sigset_t& mask) {
  const sigset_t own = program_mask();
  sigset_t in_force = mask;
  for (int s = 1; s < NSIG; ++s) {
    if (::sigismember(&own, s) == 1 && ::sigismember(&awaited, s) != 1) {
      ::sigaddset(&in_force, s);
    }
  }
  return ::ppoll(nullptr, 0, &no_time, &in_force) < 0 && errno == EINTR;
}

}  // namespace

task<int> sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  const core::signal_scope call(core::by_signal::always);
  co_return co_await take_until(set, info, core::deadline::never());
}

task<int> sigwait(const sigset_t* set, int* signal) {
  siginfo_t info;
  const kept_errno at_start;
  const int taken = co_await take_until(set, &info, core::deadline::never());
  const int error = errno;
  at_start.put_back();
  if (taken < 0) co_return error;
  *signal = taken;
  co_return 0;
}

task<int> sigtimedwait(const sigset_t* set, siginfo_t* info,
                       const timespec* timeout) {
  const int error = error_of_timeout(timeout);
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  const core::signal_scope call(core::by_signal::always);
  co_return co_await take_until(set, info, deadline_of(timeout));
}

int pthread_kill(pthread_t thread, int number) noexcept {
  return core::is_thread_id(thread) ? ESRCH : ::pthread_kill(thread, number);
}

int pthread_sigqueue(pthread_t thread, int number, sigval value) noexcept {
  return core::is_thread_id(thread) ? ESRCH
                                    : ::pthread_sigqueue(thread, number, value);
}

task<int> sigsuspend(const sigset_t* given) {
  // The kernel's set is shorter than the C library's.
  if (!hub::is_readable(given, NSIG / 8)) {
    errno = EFAULT;
    co_return -1;
  }
  const sigset_t mask = *given;
  for (;;) {
    // The set is made anew each time, because a signal that is ignored by now
    // would stay pending for ever.
    const sigset_t awaited = awaited_under(mask);
    const held_signals held(awaited, mask);
    const unique_fd pending = pending_signals(awaited);
    if (pending.get() < 0) co_return -1;
    pollfd any{pending.get(), POLLIN, 0};
    co_await poll_until(&any, 1, core::deadline::never());
    if (let_through(awaited, mask)) break;
  }
  errno = EINTR;
  co_return -1;
}

}  // namespace green
