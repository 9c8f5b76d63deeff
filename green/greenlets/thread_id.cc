// SPDX-License-Identifier: MIT
#include "green/greenlets/thread_id.h"

#include "green/core/lock_holder.h"

namespace green {

std::uint64_t number_of_caller() noexcept {
  return core::lock_holder::caller();
}

}  // namespace green
