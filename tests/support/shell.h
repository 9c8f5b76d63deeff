// SPDX-License-Identifier: MIT
//
// Commands as a user types them, and a server with its descriptors in view.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace tests {

/// What a command of the shell printed, on both streams, and how it ended.
struct command_outcome {
  std::string text;
  int status;
};

inline command_outcome shell(const std::string& command) {
  FILE* const pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  command_outcome result{"", 0};
  std::array<char, 4096> part{};
  while (const std::size_t n = fread(part.data(), 1, part.size(), pipe)) {
    result.text.append(part.data(), n);
  }
  const int ended = ::pclose(pipe);
  result.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -WTERMSIG(ended);
  return result;
}

inline bool installed(const std::string& program) {
  return shell("command -v " + program).status == 0;
}

/// A server of the project that says "listening on HOST:PORT". Killed with its
/// scope.
class served {
 public:
  explicit served(std::vector<std::string> command) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      std::vector<char*> words;
      for (std::string& word : command) words.push_back(word.data());
      words.push_back(nullptr);
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
    std::array<char, 256> line{};
    if (fgets(line.data(), line.size(), output_) == nullptr) return;
    std::string text = line.data();
    const std::size_t colon = text.rfind(':');
    if (colon != text.npos)
      port_ = text.substr(colon + 1, text.size() - colon - 2);
  }
  served(const served&) = delete;
  served& operator=(const served&) = delete;
  ~served() {
    if (pid_ > 0) end(SIGKILL);
    fclose(output_);
  }

  const std::string& port() const { return port_; }
  bool alive() const { return ::kill(pid_, 0) == 0; }

  std::size_t descriptors() const {
    const std::filesystem::directory_iterator open(
        "/proc/" + std::to_string(pid_) + "/fd");
    return static_cast<std::size_t>(
        std::distance(begin(open), std::filesystem::directory_iterator()));
  }

  /// Sends the signal and gives the exit status, or -signal.
  int end(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
  std::string port_;
};

}  // namespace tests
