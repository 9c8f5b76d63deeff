// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <functional>
#include <string>
#include <thread>

namespace tests {

/// What f, which is to abort, or to end by another signal, says on stderr; run
/// in a child, on a thread with a hub of its own. Empty when it did not end so.
template <class F>
std::string dying_words(F f, int signal = SIGABRT) {
  int ends[2];
  if (::pipe(ends) != 0) return "";
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core = {};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::signal(signal, SIG_DFL);  // doctest's handler is the parent's
    ::dup2(ends[1], STDERR_FILENO);
    std::thread(f).join();
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string words;
  char part[256];
  for (ssize_t n; (n = ::read(ends[0], part, sizeof part)) > 0;) {
    words.append(part, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == signal ? words : "";
}

/// Does f, in a process of its own, end in std::terminate?
inline bool terminates(const std::function<void()>& f) {
  static constexpr int terminated = 42;
  const pid_t pid = ::fork();
  if (pid == 0) {
    // Not by _exit: a sanitizer would look for leaks first.
    std::set_terminate([] { ::syscall(SYS_exit_group, terminated); });
    std::thread alone(f);  // with a hub of its own
    alone.join();
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == terminated;
}

}  // namespace tests
