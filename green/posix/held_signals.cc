// SPDX-License-Identifier: MIT
#include "green/posix/held_signals.h"

#include <pthread.h>

#include <array>
#include <utility>

namespace green {

namespace {

constinit thread_local std::array<unsigned, NSIG> holders{};

// The program blocks the signal, and so many have asked to let it through.
struct lift {
  unsigned count = 0;
  bool blocked = false;
};
constinit thread_local std::array<lift, NSIG> lifts{};

lift& lift_of(int s) noexcept { return lifts[static_cast<std::size_t>(s)]; }

// The holders do not exist in a child of fork.
void release_held_signals() noexcept {
  const sigset_t mask = program_mask();
  holders.fill(0);
  lifts.fill({});
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace

sigset_t program_mask() noexcept {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (int s = 1; s < NSIG; ++s) {
    if (holders[static_cast<std::size_t>(s)] != 0) ::sigdelset(&mask, s);
    if (lift_of(s).blocked) ::sigaddset(&mask, s);
  }
  return mask;
}

namespace {

[[maybe_unused]] const int watched =
    ::pthread_atfork(nullptr, nullptr, release_held_signals);

void change_mask(int how, int s) noexcept {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, s);
  ::pthread_sigmask(how, &one, nullptr);
}

}  // namespace

void lift_block(int s) noexcept {
  if (lift_of(s).count++ != 0) return;
  const sigset_t own = program_mask();
  if (::sigismember(&own, s) != 1) return;
  lift_of(s).blocked = true;
  change_mask(SIG_UNBLOCK, s);
}

void block_lifted(int s) noexcept {
  if (lift_of(s).count == 0) return;
  --lift_of(s).count;
  if (lift_of(s).count != 0) return;
  if (std::exchange(lift_of(s).blocked, false)) change_mask(SIG_BLOCK, s);
}

bool is_fault(int s) noexcept {
  return s == SIGSEGV || s == SIGBUS || s == SIGFPE || s == SIGILL ||
         s == SIGTRAP || s == SIGSYS;
}

held_signals::held_signals(const sigset_t& mask) noexcept
    : held_signals(sigset_t{}, mask) {}

held_signals::held_signals(const sigset_t& awaited,
                           const sigset_t& mask) noexcept {
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
