// SPDX-License-Identifier: MIT
#include "green/termios.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "green/core/signal_scope.h"
#include "green/posix/helper_call.h"
#include "green/unique_fd.h"

namespace green {

task<int> tcdrain(int fd) {
  if (!::isatty(fd)) co_return ::tcdrain(fd);
  const auto own = std::make_shared<unique_fd>(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (own->get() < 0) co_return -1;
  const core::signal_scope scope(core::by_signal::unless_restarted);
  const auto call = [own] { return ::tcdrain(own->get()); };
  co_return co_await helper_call(hub::patient_helpers(), "tcdrain", call);
}

}  // namespace green
