// SPDX-License-Identifier: MIT
#include "green/hub/this_hub.h"

#include "green/hub/loop.h"

namespace green::hub {

core::scheduler& make_hub() { return loop::here(); }

bool running() noexcept {
  const core::scheduler* const here = core::scheduler::here();
  return here != nullptr && static_cast<const loop*>(here)->running();
}

void run(core::green_thread& main) { loop::here().run(main); }

}  // namespace green::hub
