// SPDX-License-Identifier: MIT
#include "green/held_signals.h"

#include <array>

namespace green {

namespace {

constinit thread_local std::array<unsigned, NSIG> holders{};

}  // namespace

sigset_t program_mask() noexcept {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (int s = 1; s < NSIG; ++s) {
    if (holders[static_cast<std::size_t>(s)] != 0) ::sigdelset(&mask, s);
  }
  return mask;
}

held_signals::held_signals(const sigset_t& set) noexcept {
  const sigset_t own = program_mask();
  ::sigemptyset(&set_);
  for (int s = 1; s < NSIG; ++s) {
    if (::sigismember(&set, s) != 1 || ::sigismember(&own, s) == 1) continue;
    ::sigaddset(&set_, s);
    ++holders[static_cast<std::size_t>(s)];
  }
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

// What has come meanwhile is delivered now.
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

void release_held_signals() noexcept {
  const sigset_t mask = program_mask();
  holders.fill(0);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace green
