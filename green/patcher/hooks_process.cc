// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>
#include <vector>

#include "green/patcher/made_thread.h"
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
  const pid_t child = [] {
    const shut_gate shut;
    return green::fork();
  }();
  if (child == 0) made_thread::keep_current_only();
  return child;
}

int daemon_on(int keep_directory, int keep_streams) {
  const pid_t before = ::getpid();
  const int result = [&] {
    const shut_gate shut;
    return green::daemon(keep_directory, keep_streams);
  }();
  if (::getpid() != before) made_thread::keep_current_only();
  return result;
}

// A child of vfork runs on the memory of its parent. So its stack must be none
// that others wait for, and no hook may return before it does.
pid_t vfork_anywhere() { return original<"fork", fork_type>(); }

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
[[maybe_unused]] const int watched = ::pthread_atfork(nullptr, nullptr, forked);

}  // namespace

void add_process_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"fork", fork_type, fork_on>("os"),
      make_hook<"__fork", fork_type, fork_on>("os"),
      make_hook<"daemon", int(int, int), daemon_on>("os"),
      make_whole_hook<"vfork", fork_type, vfork_anywhere>("os"),
      make_whole_hook<"__vfork", fork_type, vfork_anywhere>("os"),
      hook_like<"waitpid", awaited<green::waitpid>>("os", ::waitpid),
      hook_like<"wait", awaited<green::wait>>("os", ::wait),
      hook_like<"__wait", awaited<green::wait>>("os", ::wait),
      hook_like<"waitid", awaited<green::waitid>>("os", ::waitid),
      make_hook<"wait3", wait3_type, awaited<green::wait3>>("os"),
      make_hook<"wait4", wait4_type, awaited<green::wait4>>("os"),
      hook_like<"system", awaited<green::system>>("subprocess", ::system),
      make_hook<"pclose", pclose_type, pclose_on>("subprocess"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
