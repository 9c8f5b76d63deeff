// SPDX-License-Identifier: MIT
#include "green/subprocess/shell.h"

#include <unistd.h>

#include "green/greenlets/spawning.h"
#include "green/posix/held_signals.h"
#include "green/sys/wait.h"

namespace green {

namespace {

task<> reap(pid_t child) { co_await green::waitpid(child, nullptr, 0); }

// Owns a child until its status is known.
class owned_child {
 public:
  owned_child(pid_t child, int end) noexcept : child_(child), end_(end) {}
  owned_child(const owned_child&) = delete;
  owned_child& operator=(const owned_child&) = delete;
  ~owned_child() {
    if (child_ <= 0) return;
    if (end_ != 0) {
      ::kill(child_, end_);
      ::waitpid(child_, nullptr, 0);
    } else if (::waitpid(child_, nullptr, WNOHANG) == 0) {
      spawn(reap, child_);
    }
  }
  void done() noexcept { child_ = -1; }

 private:
  pid_t child_;
  int end_;
};

}  // namespace

int spawn_shell(pid_t& child, const char* command,
                const posix_spawn_file_actions_t& actions,
                const sigset_t& defaults) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  const sigset_t mask = program_mask();
  ::posix_spawnattr_setsigmask(&attributes, &mask);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const char* const words[] = {"sh", "-c", command, nullptr};
  const int error = ::posix_spawn(&child, "/bin/sh", &actions, &attributes,
                                  const_cast<char* const*>(words), ::environ);
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

task<int> status_of_own(pid_t child, int end) {
  owned_child owner(child, end);
  int status = -1;
  const pid_t ended = co_await green::waitpid(child, &status, 0);
  owner.done();
  co_return ended == child ? status : -1;
}

}  // namespace green
