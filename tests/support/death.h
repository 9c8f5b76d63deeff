// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
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

}  // namespace tests
