// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

namespace benchmarks {

inline volatile std::sig_atomic_t interrupt_signal = 0;

/// From now on ctrl-C and SIGTERM only set a flag, so that what was started is
/// also ended.
inline void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int signal) { interrupt_signal = signal; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

inline bool interrupted() { return interrupt_signal != 0; }

}  // namespace benchmarks
