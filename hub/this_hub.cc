// SPDX-License-Identifier: MIT
#include "green/hub/this_hub.h"

#include <unistd.h>

#include <cerrno>

#include "green/hub/cancellation.h"
#include "green/hub/loop.h"

namespace green::hub {

core::scheduler& make_hub() { return loop::here(); }

bool running() noexcept {
  const core::scheduler* const here = core::scheduler::here();
  return here != nullptr && static_cast<const loop*>(here)->running();
}

bool has_waitid() { return loop::here().has_waitid(); }

int close_here(int fd) noexcept {
  if (core::scheduler* const here = core::scheduler::here(); here != nullptr) {
    static_cast<loop*>(here)->forget(fd);
  }
  return ::close(fd);
}

void run(core::green_thread& main) {
  const no_cancellation scope(no_cancellation::except::in_waits);
  loop::here().run(main);
  errno = main.last_errno();
}

}  // namespace green::hub
