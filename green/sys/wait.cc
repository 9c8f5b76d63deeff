// SPDX-License-Identifier: MIT
#include "green/sys/wait.h"

#include <cerrno>
#include <limits>

#include "green/hub/this_hub.h"
#include "green/hub/user_memory.h"
#include "green/posix/child_wait.h"
#include "green/posix/kept_errno.h"

namespace green {

namespace {

constexpr unsigned waitpid_options =
    WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;

// As waitpid(2) gives what waitid(2) tells in parts.
int status_of(const siginfo_t& found) {
  switch (found.si_code) {
    case CLD_EXITED:
      return (found.si_status & 0xff) << 8;
    case CLD_KILLED:
      return found.si_status;
    case CLD_DUMPED:
      return found.si_status | WCOREFLAG;
    case CLD_CONTINUED:
      return __W_CONTINUED;
    default:
      return W_STOPCODE(found.si_status);
  }
}

}  // namespace

task<int> waitid(idtype_t type, id_t id, siginfo_t* found, int options) {
  if ((options & WNOHANG) != 0) co_return ::waitid(type, id, found, options);
  if (!hub::has_waitid()) {
    co_return co_await waitid_by_helper(type, id, found, options);
  }
  co_return co_await waitid_by_ring(type, id, found, options);
}

task<pid_t> waitpid(pid_t pid, int* status, int options) {
  if ((options & WNOHANG) != 0) co_return ::waitpid(pid, status, options);
  const bool no_such_group = pid == std::numeric_limits<pid_t>::min();
  const bool odd = (static_cast<unsigned>(options) & ~waitpid_options) != 0;
  if (odd || no_such_group) {
    errno = odd ? EINVAL : ESRCH;
    co_return -1;
  }
  const idtype_t type = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
  const id_t id = static_cast<id_t>(pid > 0 ? pid : -pid);
  siginfo_t found{};
  if (co_await green::waitid(type, id, &found, options | WEXITED) < 0)
    co_return -1;
  const int value = status_of(found);
  if (status != nullptr && !hub::write_user(status, &value, sizeof value)) {
    errno = EFAULT;  // as the original: the child is gone
    co_return -1;
  }
  co_return found.si_pid;
}

task<pid_t> wait(int* status) { return waitpid(-1, status, 0); }

// waitid waits until a child has something to tell. wait4 then takes the
// status, because it also returns the use of resources.
task<pid_t> wait4(pid_t pid, int* status, int options, rusage* used) {
  const idtype_t type = pid > 0 ? P_PID : (pid == -1 ? P_ALL : P_PGID);
  const id_t number = static_cast<id_t>(pid);
  const id_t id = pid > 0 ? number : (pid < -1 ? 0 - number : 0);
  int events = WEXITED | WNOWAIT;
  constexpr auto kept = WCONTINUED | __WALL | __WCLONE | __WNOTHREAD;
  events |= options & static_cast<int>(kept);
  if ((options & WUNTRACED) != 0) events |= WSTOPPED;
  const kept_errno at_start;
  for (;;) {
    const pid_t found = ::wait4(pid, status, options | WNOHANG, used);
    if (found != 0 || (options & WNOHANG) != 0) co_return at_start(found);
    siginfo_t event{};
    if (co_await green::waitid(type, id, &event, events) < 0) co_return -1;
  }
}

task<pid_t> wait3(int* status, int options, rusage* used) {
  return green::wait4(-1, status, options, used);
}

}  // namespace green
