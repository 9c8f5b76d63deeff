// SPDX-License-Identifier: MIT
#include "green/greenlet.h"

namespace green {

any_greenlet getcurrent() noexcept {
  const core::scheduler* const here = core::scheduler::here();
  if (here == nullptr || here->current() == nullptr) return {};
  return any_greenlet(core::thread_ref(*here->current()));
}

void any_greenlet::rethrow() const {
  if (ready() && state_->error() != nullptr) throw_end_of(*state_);
}

}  // namespace green
