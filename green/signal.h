// SPDX-License-Identifier: MIT
//
// Mirrors <signal.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: sigwait sigwaitinfo sigtimedwait sigsuspend
// Own: pthread_kill pthread_sigqueue sigaction siginterrupt signal ssignal
//   sysv_signal
// Same: all else is the original: SIGRTMAX and the other macros, gsignal kill
//   killpg mcontext_t pid_t pthread_attr_t pthread_sigmask pthread_t raise
//   sig_atomic_t sig_t sigaddset sigaltstack sigandset sigdelset sigemptyset
//   sigevent sigevent_t sigfillset sighandler_t siginfo_t sigisemptyset
//   sigismember sigorset sigpending sigprocmask sigqueue sigset_t sigval
//   sigval_t size_t stack_t tgkill time_t timespec ucontext_t uid_t
// Differs: the mask belongs to the OS thread, so to all green threads of a hub.
//   Each wait takes a descriptor (EMFILE). A handler ends a wait with EINTR,
//   where signal(7) says so, under three conditions. It was installed by
//   sigaction, signal, ssignal, sysv_signal or siginterrupt of this header. It
//   ran on the hub's OS thread. The wait is one of run's main green thread, in
//   a mirror of POSIX. A handler that ran while this green thread computed ends
//   no later wait. ::sigaction gives a handler of green's own as the old one. A
//   handler of ::sigaction ends no wait. While sigsuspend waits, its OS thread
//   also blocks the signals of the mask, and those whose handlers it waits for.
//   So the handlers run in the wait, under the mask, when the hub gets there.
//   Children that are started meanwhile inherit this. Faults (SIGSEGV, SIGBUS,
//   SIGFPE, SIGILL, SIGTRAP, SIGSYS) are left as they are, and do not end the
//   wait. Nor does a handler that is installed meanwhile. A signal to the
//   process goes to another thread that does not block it, if there is one. No
//   signal reaches a single green thread. So pthread_kill and pthread_sigqueue
//   give ESRCH for the number of one, as green's pthread_self gives it.
// Missing: sigpause, which changes the mask of all: sigsuspend. sigstack,
//   sighold and their like, which POSIX has dropped. psignal psiginfo, which
//   write to standard error: fprintf and strsignal.
#pragma once

#include <signal.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::gsignal;
using ::kill;
using ::killpg;
using ::mcontext_t;
using ::pid_t;
using ::pthread_attr_t;
using ::pthread_sigmask;
using ::pthread_t;
using ::raise;
using ::sig_atomic_t;
using ::sig_t;
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
using ::sigisemptyset;
using ::sigismember;
using ::sigorset;
using ::sigpending;
using ::sigprocmask;
using ::sigqueue;
using ::sigset_t;
using ::sigval;
using ::sigval_t;
using ::size_t;
using ::stack_t;
using ::tgkill;
using ::time_t;
using ::timespec;
using ::ucontext_t;
using ::uid_t;

/// sigaction(2). A handler that it installs may end the wait of run's main
/// green thread: see Differs. Callable in a handler, and from any thread.
int sigaction(int number, const struct ::sigaction* wanted,
              struct ::sigaction* before) noexcept;
/// The original's struct, which has the name of the function.
struct sigaction : ::sigaction {};
/// signal(3), with SA_RESTART, unless siginterrupt has changed that.
sighandler_t signal(int number, sighandler_t handler) noexcept;
/// ssignal(3): the same as signal.
sighandler_t ssignal(int number, sighandler_t handler) noexcept;
/// sysv_signal(3): the handler is called once, and without SA_RESTART.
sighandler_t sysv_signal(int number, sighandler_t handler) noexcept;
/// siginterrupt(3)
int siginterrupt(int number, int interrupts) noexcept;

/// pthread_kill(3), for OS threads.
int pthread_kill(pthread_t thread, int number) noexcept;
/// pthread_sigqueue(3), for OS threads.
int pthread_sigqueue(pthread_t thread, int number, sigval value) noexcept;

/// sigwait(3): gives the error number. Several green threads, of any hub, may
/// wait for the same signals. One of them takes a signal.
task<int> sigwait(const sigset_t* set GREEN_KEPT, int* signal GREEN_KEPT);
/// sigwaitinfo(2)
task<int> sigwaitinfo(const sigset_t* set GREEN_KEPT,
                      siginfo_t* info GREEN_KEPT);
/// sigtimedwait(2). A timeout of 0 lets all that is ready run first.
task<int> sigtimedwait(const sigset_t* set GREEN_KEPT,
                       siginfo_t* info GREEN_KEPT,
                       const timespec* timeout GREEN_KEPT);
/// sigsuspend(2): see Differs.
task<int> sigsuspend(const sigset_t* mask GREEN_KEPT);

}  // namespace green
