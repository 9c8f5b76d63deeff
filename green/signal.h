// SPDX-License-Identifier: MIT
//
// Mirrors <signal.h>.
//
// Awaited: sigwait sigwaitinfo sigtimedwait sigsuspend
// Same: all else is the original: SIGRTMAX and the other macros, gsignal kill
//   killpg mcontext_t pid_t psiginfo psignal pthread_attr_t pthread_kill
//   pthread_sigmask pthread_sigqueue pthread_t raise sig_atomic_t sig_t
//   sigaction sigaddset sigaltstack sigandset sigdelset sigemptyset sigevent
//   sigevent_t sigfillset sighandler_t siginfo_t siginterrupt sigisemptyset
//   sigismember signal sigorset sigpending sigprocmask sigqueue sigset_t sigval
//   sigval_t size_t ssignal stack_t sysv_signal tgkill time_t timespec
//   ucontext_t uid_t
// Differs: the mask belongs to the OS thread, so to all green threads of a hub.
//   sigwait, sigwaitinfo and sigtimedwait ask, as POSIX does, that the signals
//   are blocked, and no EINTR ends them; each wait has a descriptor of its own
//   (EMFILE). sigsuspend: the mask holds while the handlers run, other green
//   threads keep theirs; until it returns, signals with handlers that it lets
//   through are blocked for the thread, so that their handlers run in the wait,
//   when the hub gets there, and children that are started then inherit that;
//   a handler that is installed meanwhile, or runs for a fault (SIGSEGV,
//   SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS), or in another thread does not end
//   it.
// Missing: sigpause sigstack, sighold and their like, which POSIX has dropped.
#pragma once

#include <signal.h>  // the original

#include "green/task.h"

namespace green {

using ::gsignal;
using ::kill;
using ::killpg;
using ::mcontext_t;
using ::pid_t;
using ::psiginfo;
using ::psignal;
using ::pthread_attr_t;
using ::pthread_kill;
using ::pthread_sigmask;
using ::pthread_sigqueue;
using ::pthread_t;
using ::raise;
using ::sig_atomic_t;
using ::sig_t;
using ::sigaction;
using ::sigaddset;
using ::sigaltstack;
using ::sigandset;
using ::sigdelset;
using ::sigemptyset;
using ::sigevent;
using ::sigevent_t;
using ::sigfillset;
using ::sighandler_t;
using ::siginfo_t;
using ::siginterrupt;
using ::sigisemptyset;
using ::sigismember;
using ::signal;
using ::sigorset;
using ::sigpending;
using ::sigprocmask;
using ::sigqueue;
using ::sigset_t;
using ::sigval;
using ::sigval_t;
using ::size_t;
using ::ssignal;
using ::stack_t;
using ::sysv_signal;
using ::tgkill;
using ::time_t;
using ::timespec;
using ::ucontext_t;
using ::uid_t;

/// sigwait(3): gives the error number. Several may wait for the same signals,
/// on any hub: each signal is taken by one.
task<int> sigwait(const sigset_t* set, int* signal);
/// sigwaitinfo(2)
task<int> sigwaitinfo(const sigset_t* set, siginfo_t* info);
/// sigtimedwait(2). A timeout of 0 lets all that is ready run first.
task<int> sigtimedwait(const sigset_t* set, siginfo_t* info,
                       const timespec* timeout);
/// sigsuspend(2): see Differs.
task<int> sigsuspend(const sigset_t* mask);

}  // namespace green
