// SPDX-License-Identifier: MIT
#include "green/signal.h"

#include <sys/signalfd.h>

#include <cerrno>

#include "green/held_signals.h"
#include "green/poll_until.h"
#include "green/unique_fd.h"

namespace green {

namespace {

constexpr timespec at_once{0, 0};

// Readable while one of the set is pending for the thread or the process.
unique_fd watch(const sigset_t& set) {
  return unique_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

task<int> take_until(const sigset_t* set, siginfo_t* info,
                     core::deadline until) {
  unique_fd pending(-1);
  for (;;) {
    const int taken = ::sigtimedwait(set, info, &at_once);
    if (taken > 0 || (errno != EAGAIN && errno != EINTR)) co_return taken;
    if (errno == EINTR) continue;
    if (pending.get() < 0) pending = watch(*set);
    if (pending.get() < 0) co_return -1;
    pollfd any{pending.get(), POLLIN, 0};
    if (co_await poll_until(&any, 1, until) == 0) {
      errno = EAGAIN;
      co_return -1;
    }
  }
}

bool is_fault(int s) {
  return s == SIGSEGV || s == SIGBUS || s == SIGFPE || s == SIGILL ||
         s == SIGTRAP || s == SIGSYS;
}

bool ignored_by_default(int s) {
  return s == SIGCHLD || s == SIGURG || s == SIGWINCH || s == SIGCONT;
}

// The signals that `mask` lets through and that do something which would not
// happen anyway: run a handler, or end or stop a process that blocks them now.
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

// Lets those that are pending through: has a handler run? What is ignored stays
// pending, for who waits for it with sigwait.
bool let_through(const sigset_t& awaited, const sigset_t& mask) {
  const sigset_t own = program_mask();
  sigset_t in_force = mask;
  for (int s = 1; s < NSIG; ++s) {
    if (::sigismember(&own, s) == 1 && ::sigismember(&awaited, s) != 1) {
      ::sigaddset(&in_force, s);
    }
  }
  return ::ppoll(nullptr, 0, &at_once, &in_force) < 0 && errno == EINTR;
}

}  // namespace

task<int> sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  return take_until(set, info, core::deadline::never());
}

task<int> sigwait(const sigset_t* set, int* signal) {
  siginfo_t info;
  const int taken = co_await green::sigwaitinfo(set, &info);
  if (taken < 0) co_return errno;
  *signal = taken;
  co_return 0;
}

task<int> sigtimedwait(const sigset_t* set, siginfo_t* info,
                       const timespec* timeout) {
  if (timeout != nullptr && !valid_timeout(*timeout)) {
    errno = EINVAL;
    co_return -1;
  }
  co_return co_await take_until(set, info, deadline_of(timeout));
}

task<int> sigsuspend(const sigset_t* mask) {
  for (;;) {
    // Anew each time: what is ignored by now would be pending for ever.
    const sigset_t awaited = awaited_under(*mask);
    const held_signals held(awaited);
    const unique_fd pending = watch(awaited);
    if (pending.get() < 0) co_return -1;
    pollfd any{pending.get(), POLLIN, 0};
    co_await poll_until(&any, 1, core::deadline::never());
    if (let_through(awaited, *mask)) break;
  }
  errno = EINTR;
  co_return -1;
}

}  // namespace green
