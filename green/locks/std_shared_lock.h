// SPDX-License-Identifier: MIT
#pragma once

#include <shared_mutex>

#include "green/locks/std_guards.h"

// As std_guards.h says of the others: std::shared_lock cannot await.
template <green::awaited_shared_lock Mutex>
class std::shared_lock<Mutex> : public green::refused_guard<Mutex> {
  static_assert(!green::awaited_shared_lock<Mutex>,
                "std::shared_lock cannot await lock_shared(): write `auto lk = "
                "co_await m.scoped_lock_shared();`");

 public:
  using green::refused_guard<Mutex>::refused_guard;
};
