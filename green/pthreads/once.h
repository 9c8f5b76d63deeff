// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/task.h"

namespace green::pthreads {

/// The caller has to run the initialiser.
inline constexpr int to_be_run = -1;

/// 0 when the initialiser has run, EBUSY while another runs it.
int claim_once(pthread_once_t* once) noexcept;
/// Waits while another runs it.
task<int> wait_for_once(pthread_once_t* once);

/// The caller runs the initialiser. If that throws or is killed, another may.
class once_claim {
 public:
  explicit once_claim(pthread_once_t* once) noexcept : once_(once) {}
  once_claim(const once_claim&) = delete;
  once_claim& operator=(const once_claim&) = delete;
  ~once_claim();
  void succeed() noexcept { succeeded_ = true; }

 private:
  pthread_once_t* once_;
  bool succeeded_ = false;
};

}  // namespace green::pthreads
