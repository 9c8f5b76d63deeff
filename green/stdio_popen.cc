// SPDX-License-Identifier: MIT
#include "green/stdio.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio_ext.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>

#include "green/core/fork_mutex.h"
#include "green/core/green_thread.h"
#include "green/core/made_once.h"
#include "green/core/shield.h"
#include "green/posix/kept_errno.h"
#include "green/streams/turns.h"
#include "green/subprocess/shell.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// The streams of popen and their children, of all hubs.
struct open_commands {
  core::fork_mutex mutex;  // held while one starts, lest it inherits another's
  std::map<FILE*, pid_t> children;
};

open_commands& commands() {
  static constinit core::made_once<open_commands> all;
  return all.get();
}

pid_t take_child(FILE* stream) {
  const std::lock_guard guard(commands().mutex);
  const auto found = commands().children.find(stream);
  if (found == commands().children.end()) return -1;
  const pid_t child = found->second;
  commands().children.erase(found);
  return child;
}

struct popen_mode {
  bool read = false;
  bool write = false;
  bool close_on_exec = false;
  bool valid = true;

  explicit popen_mode(const char* letters) {
    for (; *letters != '\0'; ++letters) {
      read |= *letters == 'r';
      write |= *letters == 'w';
      close_on_exec |= *letters == 'e';
      valid &= *letters == 'r' || *letters == 'w' || *letters == 'e';
    }
    valid &= read != write;
  }
};

// The child gets one end as its stdin or stdout, and no stream of another
// popen.
int start(pid_t& child, const char* command, int end, int becomes) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, end, becomes);
  for (const auto& [stream, pid] : commands().children) {
    const int fd = ::fileno(stream);
    if (fd >= 0 && fd != becomes) {
      ::posix_spawn_file_actions_addclose(&actions, fd);
    }
  }
  sigset_t none;
  ::sigemptyset(&none);
  const int error = spawn_shell(child, command, actions, none);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

FILE* open_command(const char* command, const popen_mode& mode) {
  if (!mode.valid) {
    errno = EINVAL;
    return nullptr;
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return nullptr;
  unique_fd ours(ends[mode.read ? 0 : 1]);
  const unique_fd theirs(ends[mode.read ? 1 : 0]);
  FILE* const stream = ::fdopen(ours.get(), mode.read ? "r" : "w");
  if (stream == nullptr) return nullptr;
  ours.release();
  const std::lock_guard guard(commands().mutex);
  pid_t& child = commands().children[stream];
  child = -1;
  const int error = start(child, command, theirs.get(),
                          mode.read ? STDOUT_FILENO : STDIN_FILENO);
  if (error != 0) {
    commands().children.erase(stream);
    ::fclose(stream);
    errno = error;
    return nullptr;
  }
  if (!mode.close_on_exec) ::fcntl(::fileno(stream), F_SETFD, 0);
  return stream;
}

}  // namespace

task<FILE*> popen(const char* command, const char* mode) {
  const kept_errno at_start;
  FILE* const stream = open_command(command, popen_mode(mode));
  if (stream != nullptr) at_start.put_back();
  co_return stream;
}

namespace {

task<> write_in_turn(FILE* stream) {
  stream_turn turn(stream);
  co_await turn.wait();
  co_await write_rest(stream);
}

}  // namespace

task<int> pclose(FILE* stream) {
  const kept_errno at_start;
  co_await write_in_turn(stream);
  const pid_t child = take_child(stream);
  if (child < 0) {
    errno = ECHILD;
    co_return -1;
  }
  int closed = 0, error = 0;
  {
    const core::shield uninterrupted;
    closed = co_await green::fclose(stream);
    error = errno;
  }
  const int status = co_await status_of_own(child, 0);
  if (status != 0 || closed == 0) co_return at_start(status);
  errno = error;
  co_return -1;
}

}  // namespace green
