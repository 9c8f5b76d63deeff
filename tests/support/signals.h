// SPDX-License-Identifier: MIT
//
// Signals, their masks and handlers, put back at the end of a scope.
//
//   const tests::blocked scope({SIGUSR1});
//   const tests::handler handler(SIGUSR2);
//   CHECK(handler.calls() == 1);
#pragma once

#include <signal.h>

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace tests {

inline sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int n : numbers) ::sigaddset(&set, n);
  return set;
}

inline sigset_t mask_now() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return mask;
}

inline bool same(const sigset_t& a, const sigset_t& b) {
  for (int n = 1; n < NSIG; ++n) {
    if (::sigismember(&a, n) != ::sigismember(&b, n)) return false;
  }
  return true;
}

/// Blocks them for this thread and those it makes.
class blocked {
 public:
  explicit blocked(std::initializer_list<int> numbers) {
    const sigset_t set = set_of(numbers);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  blocked(const blocked&) = delete;
  blocked& operator=(const blocked&) = delete;
  ~blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

/// A handler that counts, and keeps the mask it ran with.
class handler {
 public:
  explicit handler(int number) : number_(number) {
    calls_of(number) = 0;
    struct sigaction counting{};
    counting.sa_handler = [](int n) {
      ++calls_of(n);
      last_mask_ = bits_of(mask_now());
    };
    ::sigaction(number, &counting, &before_);
  }
  handler(const handler&) = delete;
  handler& operator=(const handler&) = delete;
  ~handler() { ::sigaction(number_, &before_, nullptr); }

  int calls() const { return calls_of(number_); }
  static sigset_t last_mask() {
    sigset_t mask;
    ::sigemptyset(&mask);
    for (int n = 1; n < NSIG; ++n) {
      if (last_mask_ >> (n - 1) & 1) ::sigaddset(&mask, n);
    }
    return mask;
  }

 private:
  // Two threads may be in the handler at once.
  static std::uint64_t bits_of(const sigset_t& mask) {
    std::uint64_t bits = 0;
    for (int n = 1; n < NSIG; ++n) {
      if (::sigismember(&mask, n) == 1) bits |= std::uint64_t{1} << (n - 1);
    }
    return bits;
  }

  static std::atomic<int>& calls_of(int number) {
    static std::atomic<int> calls[NSIG];
    return calls[number];
  }

  static inline std::atomic<std::uint64_t> last_mask_;

  int number_;
  struct sigaction before_;
};

/// What a signal does.
struct disposition {
  void (*handler)(int);
  int flags;
  bool operator==(const disposition&) const = default;
};

inline std::vector<disposition> dispositions() {
  std::vector<disposition> all;
  for (int n = 1; n < NSIG; ++n) {
    struct sigaction now{};
    ::sigaction(n, nullptr, &now);
    all.push_back({now.sa_handler, now.sa_flags});
  }
  return all;
}

}  // namespace tests
