// SPDX-License-Identifier: MIT
#include "green/termios.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "green/core/signal_scope.h"
#include "green/hub/call_on_helper.h"
#include "green/posix/helper_call.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// On a descriptor of its own, as an abandoned helper goes on.
template <class Call>
task<int> on_terminal(int fd, const char* what, Call call) {
  if (!::isatty(fd)) co_return call(fd);
  const auto own = std::make_shared<unique_fd>(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (own->get() < 0) co_return -1;
  const core::signal_scope scope(core::by_signal::unless_restarted);
  const auto on_own = [own, call] { return call(own->get()); };
  co_return co_await helper_call(hub::patient_helpers(), what, on_own);
}

}  // namespace

task<int> tcdrain(int fd) { return on_terminal(fd, "tcdrain", &::tcdrain); }

task<int> tcsetattr(int fd, int when, const struct termios* mode) {
  const bool drains = when == TCSADRAIN || when == TCSAFLUSH;
  if (!drains || !::isatty(fd)) co_return ::tcsetattr(fd, when, mode);
  if (co_await green::tcdrain(fd) < 0) co_return -1;
  if (when == TCSAFLUSH && ::tcflush(fd, TCIFLUSH) < 0) co_return -1;
  co_return ::tcsetattr(fd, TCSANOW, mode);
}

task<int> tcsendbreak(int fd, int duration) {
  const auto call = [duration](int own) {
    return ::tcsendbreak(own, duration);
  };
  return on_terminal(fd, "tcsendbreak", call);
}

task<int> tcflow(int fd, int action) {
  const auto call = [action](int own) { return ::tcflow(own, action); };
  return on_terminal(fd, "tcflow", call);
}

hub::operation<int> tcflush(int fd, int queue) {
  return hub::call_on_helper<&::tcflush, "tcflush">(fd, queue);
}

}  // namespace green
