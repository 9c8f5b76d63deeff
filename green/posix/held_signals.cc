// SPDX-License-Identifier: MIT
#include "green/posix/held_signals.h"

#include <pthread.h>

#include <array>

namespace green {

namespace {

constinit thread_local std::array<unsigned, NSIG> holders{};

// The holders do not exist in a child of fork.
void release_held_signals() noexcept {
  const sigset_t mask = program_mask();
  holders.fill(0);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace

sigset_t program_mask() noexcept {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (int s = 1; s < NSIG; ++s) {
    if (holders[static_cast<std::size_t>(s)] != 0) ::sigdelset(&mask, s);
  }
  return mask;
}

bool is_fault(int s) noexcept {
  return s == SIGSEGV || s == SIGBUS || s == SIGFPE || s == SIGILL ||
         s == SIGTRAP || s == SIGSYS;
}

held_signals::held_signals(const sigset_t& mask) noexcept
    : held_signals(sigset_t{}, mask) {}

held_signals::held_signals(const sigset_t& awaited,
                           const sigset_t& mask) noexcept {
  static const int watching =
      ::pthread_atfork(nullptr, nullptr, release_held_signals);
  (void)watching;
  const sigset_t own = program_mask();
  ::sigemptyset(&set_);
  for (int s = 1; s < NSIG; ++s) {
    const bool wanted = ::sigismember(&awaited, s) == 1 ||
                        (::sigismember(&mask, s) == 1 && !is_fault(s));
    if (!wanted || ::sigismember(&own, s) == 1) continue;
    ::sigaddset(&set_, s);
    ++holders[static_cast<std::size_t>(s)];
  }
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

// Signals that have come meanwhile are delivered now.
held_signals::~held_signals() {
  sigset_t free;
  ::sigemptyset(&free);
  for (int s = 1; s < NSIG; ++s) {
    if (::sigismember(&set_, s) != 1) continue;
    unsigned& count = holders[static_cast<std::size_t>(s)];
    if (count == 0) continue;
    --count;
    if (count == 0) ::sigaddset(&free, s);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &free, nullptr);
}

}  // namespace green
