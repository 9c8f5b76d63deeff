// SPDX-License-Identifier: MIT
#include "green/hub/this_hub.h"

#include <unistd.h>

#include "green/hub/loop.h"

namespace green::hub {

core::scheduler& make_hub() { return loop::here(); }

bool running() noexcept {
  const core::scheduler* const here = core::scheduler::here();
  return here != nullptr && static_cast<const loop*>(here)->running();
}

int close_here(int fd) noexcept {
  if (core::scheduler* const here = core::scheduler::here(); here != nullptr) {
    static_cast<loop*>(here)->forget(fd);
  }
  return ::close(fd);
}

void run(core::green_thread& main) { loop::here().run(main); }

}  // namespace green::hub
