// SPDX-License-Identifier: MIT
#include "green/core/scheduler_ref.h"

#include <utility>

namespace green::core {

scheduler_ref::scheduler_ref(scheduler& to) : life_(to.life()) {
  life_->users.fetch_add(1);
}

scheduler_ref::scheduler_ref(const scheduler_ref& other) noexcept
    : life_(other.life_) {
  life_->users.fetch_add(1);
}

scheduler_ref& scheduler_ref::operator=(const scheduler_ref& other) noexcept {
  scheduler_ref copy(other);
  std::swap(life_, copy.life_);
  return *this;
}

// The hub may sleep because this one could post.
scheduler_ref::~scheduler_ref() {
  if (life_->users.fetch_sub(1) != 1) return;
  use([](scheduler& hub) { hub.rouse(); });
}

}  // namespace green::core
