// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <functional>

#include "green/patcher/fiber.h"

namespace green::patcher {

class made_thread;

/// The threads that patched code knows by number. While it lives, no other
/// thread changes them, and nothing waits.
class thread_numbers {
 public:
  thread_numbers();
  thread_numbers(const thread_numbers&) = delete;
  thread_numbers& operator=(const thread_numbers&) = delete;
  ~thread_numbers();

  /// Null if the number is no fiber's.
  made_thread* find(pthread_t number) const noexcept;
  /// Null if there is none.
  made_thread* find_if(
      const std::function<bool(const made_thread&)>& is_it) const;
  /// Throws std::bad_alloc.
  void add(pthread_t number, made_thread& thread);
  void remove(pthread_t number) noexcept;
  void clear() noexcept;

 private:
  shut_gate shut_;
};

}  // namespace green::patcher
