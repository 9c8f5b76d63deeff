// SPDX-License-Identifier: MIT
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <vector>

#include "green/patcher/locks.h"
#include "green/patcher/replacement.h"
#include "green/posix/helper_call.h"
#include "green/posix/timespecs.h"
#include "green/pthreads/once.h"

namespace green::patcher {

namespace {

using once_type = int(pthread_once_t*, void (*)());
using barrier_type = int(pthread_barrier_t*);
using syscall_type = long(long, long, long, long, long, long, long);

// Another fiber of the thread must not wait for an initialiser in the C
// library, which would stop its own thread.
int once_on(pthread_once_t* once, void (*routine)()) {
  int state = 0;
  {
    const shut_gate shut;
    state = pthreads::claim_once(once);
  }
  if (state == EBUSY) {
    state = wait_number([once] { return pthreads::wait_for_once(once); },
                        interruptible::no);
  }
  if (state != pthreads::to_be_run) return state;
  pthreads::once_claim mine(once);
  routine();
  mine.succeed();
  return 0;
}

// A barrier counts a fiber like a thread, so a helper thread stands there for
// it.
int barrier_on(pthread_barrier_t* barrier) {
  return wait_number([&] {
    auto stand = [barrier] {
      return original<"pthread_barrier_wait", barrier_type>(barrier);
    };
    return helper_call(hub::patient_helpers(), "pthread_barrier_wait", stand);
  });
}

// futex(2), by which std's atomics, latches and guards of static objects wait.

struct futex_call {
  std::uint32_t* word;
  int command;
  bool realtime;
  std::uint32_t value;
  const timespec* timeout;
};

bool wait_ends(const futex_call& call, core::deadline& end) {
  if (call.timeout == nullptr) return true;
  if (call.command == FUTEX_WAIT) {
    end = deadline_of(call.timeout);
    return true;
  }
  return to_deadline(call.realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC,
                     call.timeout, end);
}

int wait_on_futex(const futex_call& call) {
  core::deadline end = core::deadline::never();
  if (!wait_ends(call, end)) return EINVAL;
  const core::parking_lot::interest waiting(lot::key_of(call.word));
  for (unsigned round = 0;; ++round) {
    const unsigned seen = lot::turn(call.word);
    const std::uint32_t now = std::atomic_ref(*call.word).load();
    if (now != call.value) return round == 0 ? EAGAIN : 0;
    if (end.passed()) return ETIMEDOUT;
    const int failed = wait_number([&] {
      return lot::wait_a_while(call.word, seen, "futex", round, end);
    });
    if (failed != 0) return failed;
    if (lot::turn(call.word) != seen) return 0;
  }
}

long call_original(long number, const long (&a)[6]) {
  return original<"syscall", syscall_type>(number, a[0], a[1], a[2], a[3], a[4],
                                           a[5]);
}

// Of the system calls by number, handles the waits by futex alone.
long syscall_anywhere(long number, long a, long b, long c, long d, long e,
                      long f) {
  const long arguments[] = {a, b, c, d, e, f};
  if (number != SYS_futex) return call_original(number, arguments);
  const int operation = static_cast<int>(b);
  const futex_call call{
      reinterpret_cast<std::uint32_t*>(a), operation & FUTEX_CMD_MASK,
      (operation & FUTEX_CLOCK_REALTIME) != 0, static_cast<std::uint32_t>(c),
      reinterpret_cast<const timespec*>(d)};
  const bool waits =
      call.command == FUTEX_WAIT || call.command == FUTEX_WAIT_BITSET;
  if (waits && gate_open()) {
    const int failed = wait_on_futex(call);
    if (failed != 0) errno = failed;
    return failed == 0 ? 0 : -1;
  }
  const bool wakes =
      call.command == FUTEX_WAKE || call.command == FUTEX_WAKE_BITSET;
  if (!wakes || !lot::wake(call.word, call.value > 1)) {
    return call_original(number, arguments);
  }
  return call.value == 1 ? 1 : 1 + call_original(number, arguments);
}

}  // namespace

void add_thread_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"pthread_once", once_type, once_on>("thread"),
      make_hook<"pthread_barrier_wait", barrier_type, barrier_on>("thread"),
      make_whole_hook<"syscall", syscall_type, syscall_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
