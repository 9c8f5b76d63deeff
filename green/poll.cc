// SPDX-License-Identifier: MIT
#include "green/poll.h"

#include <sys/signalfd.h>
#include <time.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <vector>

#include "green/core/signal_scope.h"
#include "green/core/sleep.h"
#include "green/hub/poll_wait.h"
#include "green/posix/held_signals.h"
#include "green/posix/kept_errno.h"
#include "green/posix/poll_until.h"
#include "green/posix/timespecs.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// A poll without a wait also fails with EINTR if a signal comes meanwhile.
int poll_now(pollfd* fds, nfds_t count) noexcept {
  const kept_errno at_start;
  for (;;) {
    const int ready = ::poll(fds, count, 0);
    if (ready >= 0 || errno != EINTR) return at_start(ready);
  }
}

// Has a handler ended the call in which this is a wait?
bool ended_by_signal() noexcept {
  const bool ended = core::signal_scope::current_ended();
  if (ended) errno = EINTR;
  return ended;
}

}  // namespace

task<int> poll_until(pollfd* fds, nfds_t count, core::deadline until) {
  for (bool again = false;; again = true) {
    const int ready = poll_now(fds, count);
    if (ready != 0) co_return ready;
    if (ended_by_signal()) co_return -1;
    if (until.ns() == core::deadline::past) {
      co_await core::yield_wait();
      co_return poll_now(fds, count);
    }
    if (again && until.passed()) co_return 0;
    hub::poll_wait wait(fds, count, until);
    co_await wait;
  }
}

namespace {

// Returns the signals that this thread blocks and the mask lets through.
sigset_t let_through(const sigset_t& mask) {
  sigset_t blocked, through;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  ::sigemptyset(&through);
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&blocked, number) == 1 &&
        ::sigismember(&mask, number) == 0) {
      ::sigaddset(&through, number);
    }
  }
  return through;
}

// A descriptor that is readable while one of the signals is pending, after the
// caller's descriptors.
struct watched_signals {
  watched_signals(const sigset_t& through, const pollfd* fds, nfds_t count)
      : signals(::signalfd(-1, &through, SFD_NONBLOCK | SFD_CLOEXEC)),
        all(fds, fds + count) {
    all.push_back({signals.get(), POLLIN, 0});
  }

  const unique_fd signals;
  std::vector<pollfd> all;
};

}  // namespace

// ppoll(2) without a wait takes a pending signal under the mask and calls its
// handler.
task<int> poll_masked(pollfd* fds, nfds_t count, core::deadline until,
                      const sigset_t* mask) {
  if (mask == nullptr) co_return co_await poll_until(fds, count, until);
  const timespec at_once{};
  const int ready_now = ::ppoll(fds, count, &at_once, mask);
  if (ready_now != 0) co_return ready_now;
  const sigset_t during = *mask;  // which the kernel could read
  const sigset_t through = let_through(during);
  std::optional<watched_signals> watched;
  std::optional<held_signals> held;
  for (bool again = false;; again = true) {
    const int ready = again ? ::ppoll(fds, count, &at_once, &during) : 0;
    if (ready != 0) co_return ready;
    if (ended_by_signal()) co_return -1;
    if (until.ns() == core::deadline::past) {
      co_await core::yield_wait();
      co_return ::ppoll(fds, count, &at_once, &during);
    }
    if (again && until.passed()) co_return 0;
    if (!held) held.emplace(during);
    if (!watched) watched.emplace(through, fds, count);
    if (!watched->signals) {
      errno = ENOMEM;  // for want of a descriptor
      co_return -1;
    }
    hub::poll_wait wait(watched->all.data(), watched->all.size(), until);
    co_await wait;
  }
}

task<int> poll(pollfd* fds, nfds_t count, int timeout_ms) {
  const core::signal_scope call(core::by_signal::always);
  co_return co_await poll_until(fds, count, deadline_of(timeout_ms));
}

task<int> ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                const sigset_t* mask) {
  // The C library also reads the timeout in user space, so a bad pointer is a
  // fault here too.
  if (timeout != nullptr && !valid_timeout(*timeout)) {
    errno = EINVAL;
    co_return -1;
  }
  const core::signal_scope call(core::by_signal::always);
  co_return co_await poll_masked(fds, count, deadline_of(timeout), mask);
}

}  // namespace green
