// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

#include "green/core/counted.h"
#include "green/core/scheduler.h"

namespace green::core {

/// A reference to a scheduler that may end first. Any thread may use it. While
/// it lives, an idle hub is no deadlock, because a post may come.
class scheduler_ref {
 public:
  /// To be made on the scheduler's own thread. Throws std::bad_alloc.
  explicit scheduler_ref(scheduler& to);
  scheduler_ref(const scheduler_ref& other) noexcept;
  scheduler_ref& operator=(const scheduler_ref& other) noexcept;
  ~scheduler_ref();

  /// Calls f(scheduler), which must not wait. The scheduler cannot end
  /// meanwhile. False if it has ended already.
  template <class F>
  bool use(F&& f) const {
    const std::lock_guard guard(life_->lock);
    if (life_->of == nullptr) return false;
    f(*life_->of);
    return true;
  }

  bool operator==(const scheduler_ref&) const noexcept = default;

 private:
  counted_ptr<scheduler_life> life_;
};

}  // namespace green::core
