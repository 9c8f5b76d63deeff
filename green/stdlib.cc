// SPDX-License-Identifier: MIT
#include "green/stdlib.h"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <mutex>

#include "green/core/fork_mutex.h"
#include "green/shell.h"

namespace green {

namespace {

// SIGINT and SIGQUIT are the command's while one runs, on any hub.
class interrupts_ignored {
 public:
  interrupts_ignored() {
    const std::lock_guard guard(mutex_);
    if (users_++ != 0) return;
    struct ::sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGINT, &ignore, &interrupt_);
    ::sigaction(SIGQUIT, &ignore, &quit_);
  }
  interrupts_ignored(const interrupts_ignored&) = delete;
  interrupts_ignored& operator=(const interrupts_ignored&) = delete;
  ~interrupts_ignored() {
    const std::lock_guard guard(mutex_);
    if (--users_ != 0) return;
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGQUIT, &quit_, nullptr);
  }

  /// Those that the command gets back.
  sigset_t not_ignored_before() const {
    const std::lock_guard guard(mutex_);
    sigset_t set;
    ::sigemptyset(&set);
    if (interrupt_.sa_handler != SIG_IGN) ::sigaddset(&set, SIGINT);
    if (quit_.sa_handler != SIG_IGN) ::sigaddset(&set, SIGQUIT);
    return set;
  }

 private:
  static inline core::fork_mutex mutex_;  // guards what follows
  static inline unsigned users_ = 0;
  static inline struct ::sigaction interrupt_;
  static inline struct ::sigaction quit_;
};

}  // namespace

task<int> system(const char* command) {
  if (command == nullptr) co_return co_await green::system("exit 0") == 0;
  const interrupts_ignored during;
  posix_spawn_file_actions_t nothing;
  ::posix_spawn_file_actions_init(&nothing);
  pid_t child = -1;
  const int error =
      spawn_shell(child, command, nothing, during.not_ignored_before());
  ::posix_spawn_file_actions_destroy(&nothing);
  if (error != 0) {
    errno = error;
    co_return W_EXITCODE(127, 0);  // as if the shell could not be run
  }
  co_return co_await status_of_own(child, SIGKILL);
}

}  // namespace green
