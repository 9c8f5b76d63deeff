// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "green/patcher/replacement.h"
#include "green/posix/helper_call.h"
#include "green/stdlib.h"
#include "green/sys/wait.h"
#include "green/unistd.h"

namespace green::patcher {

namespace {

using fork_type = pid_t();
using wait3_type = pid_t(int*, int, rusage*);
using wait4_type = pid_t(pid_t, int*, int, rusage*);
using pclose_type = int(FILE*);

// The child has a hub of its own, with this green thread alone.
pid_t fork_on() {
  const shut_gate shut;
  return green::fork();
}

// A child of vfork runs on the memory of its parent. So its stack must be none
// that others wait for, and no hook may return before it does.
pid_t vfork_anywhere() { return original<"fork", fork_type>(); }

// waitid waits until a child has something to tell. wait4 then takes the
// status, because it also returns the resource usage.
task<pid_t> wait4_task(pid_t pid, int* status, int options, rusage* used) {
  const idtype_t kind = pid > 0 ? P_PID : (pid == -1 ? P_ALL : P_PGID);
  const id_t who = static_cast<id_t>(pid > 0 ? pid : (pid < -1 ? -pid : 0));
  for (;;) {
    const pid_t found = ::wait4(pid, status, options | WNOHANG, used);
    if (found != 0 || (options & WNOHANG) != 0) co_return found;
    int events = WEXITED | WNOWAIT | (options & (WCONTINUED | __WALL));
    if ((options & WUNTRACED) != 0) events |= WSTOPPED;
    siginfo_t event{};
    const int told = co_await green::waitid(kind, who, &event, events);
    if (told < 0) co_return -1;
  }
}

pid_t wait4_on(pid_t pid, int* status, int options, rusage* used) {
  return wait([&] { return wait4_task(pid, status, options, used); });
}

pid_t wait3_on(int* status, int options, rusage* used) {
  return wait4_on(-1, status, options, used);
}

// A stream of popen belongs to the caller that closes it, so the helper goes on
// after an interrupt.
int pclose_on(FILE* stream) {
  return wait([&] {
    auto close = [stream] { return original<"pclose", pclose_type>(stream); };
    return helper_call(hub::patient_helpers(), "pclose", close);
  });
}

// The child was forked past the hooks and has no hub.
void forked() noexcept { open_gate = nullptr; }

}  // namespace

void add_process_hooks(std::vector<hook>& all) {
  ::pthread_atfork(nullptr, nullptr, forked);
  const hook mine[] = {
      make_hook<"fork", fork_type, fork_on>("os"),
      make_hook<"__fork", fork_type, fork_on>("os"),
      make_whole_hook<"vfork", fork_type, vfork_anywhere>("os"),
      make_whole_hook<"__vfork", fork_type, vfork_anywhere>("os"),
      hook_like<"waitpid", awaited<green::waitpid>>("os", ::waitpid),
      hook_like<"wait", awaited<green::wait>>("os", ::wait),
      hook_like<"__wait", awaited<green::wait>>("os", ::wait),
      hook_like<"waitid", awaited<green::waitid>>("os", ::waitid),
      make_hook<"wait3", wait3_type, wait3_on>("os"),
      make_hook<"wait4", wait4_type, wait4_on>("os"),
      hook_like<"system", awaited<green::system>>("subprocess", ::system),
      make_hook<"pclose", pclose_type, pclose_on>("subprocess"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
