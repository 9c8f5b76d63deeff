// SPDX-License-Identifier: MIT
#include "tools/greenify/processes.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <stdexcept>

namespace greenify {

namespace {

struct child {
  std::size_t index;
  int answer;  // a file without a name
};

[[noreturn]] void answer_and_exit(int file, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t n = ::write(file, bytes.data() + at, bytes.size() - at);
    if (n < 0) ::_exit(1);
    at += std::size_t(n);
  }
  ::_exit(0);
}

std::string read_all(int file) {
  std::string bytes;
  char part[65536];
  ::lseek(file, 0, SEEK_SET);
  for (ssize_t n; (n = ::read(file, part, sizeof part)) > 0;) {
    bytes.append(part, std::size_t(n));
  }
  ::close(file);
  return bytes;
}

}  // namespace

std::vector<std::string> in_processes(
    std::size_t count, unsigned jobs,
    const std::function<std::string(std::size_t)>& f,
    const std::function<void(std::size_t)>& began) {
  std::vector<std::string> answers(count);
  std::map<pid_t, child> running;
  std::string failed;
  std::size_t next = 0;
  while (next < count || !running.empty()) {
    if (next < count && running.size() < jobs && failed.empty()) {
      began(next);
      const int file = ::memfd_create("greenify", MFD_CLOEXEC);
      const pid_t pid = file < 0 ? -1 : ::fork();
      if (pid == 0) {
        try {
          answer_and_exit(file, f(next));
        } catch (...) {
          ::_exit(1);
        }
      }
      if (pid < 0) failed = "cannot start a process";
      if (pid > 0) running[pid] = {next++, file};
      continue;
    }
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    const auto found = running.find(ended);
    if (found == running.end()) {
      if (ended < 0) break;
      continue;
    }
    if (status != 0) failed = "a process that parses did not end by itself";
    answers[found->second.index] = read_all(found->second.answer);
    running.erase(found);
    if (!failed.empty() && running.empty()) break;
  }
  if (!failed.empty()) throw std::runtime_error(failed);
  return answers;
}

}  // namespace greenify
