// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "green/core/list.h"

namespace green::hub {

/// The helper threads of the process, for dumps. Each makes such an object, and
/// says when it begins and ends a job.
class known_helper : public core::list_hook {
 public:
  known_helper() noexcept;
  known_helper(const known_helper&) = delete;
  known_helper& operator=(const known_helper&) = delete;
  ~known_helper();

  /// `what` is a name of static storage.
  void begin(const char* what) noexcept;
  void end() noexcept { does_.store(nullptr, std::memory_order_relaxed); }

  struct state {
    int os_thread;
    const char* does;    // null: it waits for a job
    std::int64_t since;  // of the job; the steady clock
  };
  /// All of them, from any thread. A child of fork has none of its parent's.
  static std::vector<state> all();

 private:
  const int os_thread_;
  std::atomic<const char*> does_ = nullptr;
  std::atomic<std::int64_t> since_ = 0;
};

}  // namespace green::hub
