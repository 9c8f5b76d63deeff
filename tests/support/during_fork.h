// SPDX-License-Identifier: MIT
//
// What another thread does while this one forks.
//
//   const tests::during_fork other([] { ... });
//   const pid_t child = ::fork();
#pragma once

#include <functional>
#include <thread>

namespace tests {

/// The next fork(3) of this process lets a thread make the call when green
/// holds its locks, and goes on when the call has ended or waits for a lock.
class during_fork {
 public:
  explicit during_fork(std::function<void()> call);
  during_fork(const during_fork&) = delete;
  during_fork& operator=(const during_fork&) = delete;
  /// Waits until the call has ended. Not for the child.
  ~during_fork();

 private:
  std::thread thread_;
};

}  // namespace tests
