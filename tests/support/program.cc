// SPDX-License-Identifier: MIT
#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

extern char** environ;

namespace tests {

namespace {

using std::string;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};

two_descriptors make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return {descriptor(ends[0]), descriptor(ends[1])};
}

// Appends what comes next; false at the end of file.
bool more(int fd, string& to) {
  pollfd ready{fd, POLLIN, 0};
  const std::chrono::milliseconds limit = patience;
  if (::poll(&ready, 1, static_cast<int>(limit.count())) <= 0) {
    throw std::runtime_error("the program says nothing; before: " + to);
  }
  std::array<char, 65536> part;
  const ssize_t got = ::read(fd, part.data(), part.size());
  if (got > 0) to.append(part.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

program::program(std::vector<string> command) : in_(0), out_(0), err_(0) {
  in_.release();
  out_.release();
  err_.release();
  two_descriptors in = make_pipe(), out = make_pipe(), err = make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.a, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.b, 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.b, 2);
  std::vector<char*> argv;
  for (string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int error =
      ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), command[0]);
  }
  in_ = std::move(in.b);
  out_ = std::move(out.a);
  err_ = std::move(err.a);
}

program::~program() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void program::give(const string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(in_, text.data() + done, text.size() - done);
    if (n < 0) {
      throw std::system_error(errno, std::generic_category(), "write");
    }
    done += static_cast<std::size_t>(n);
  }
}

string program::line() {
  while (read_.find('\n') == string::npos && more(out_, read_)) {
  }
  const std::size_t end = std::min(read_.find('\n'), read_.size());
  string first = read_.substr(0, end);
  read_.erase(0, end + 1);
  return first;
}

string program::listens_on() {
  const string opening = "listening on ", said = line();
  if (said.starts_with(opening)) return said.substr(opening.size());
  throw std::runtime_error("it does not listen: " + said + errors());
}

string program::rest() {
  while (more(out_, read_)) {
  }
  return std::exchange(read_, {});
}

string program::errors() {
  string all;
  while (more(err_, all)) {
  }
  return all;
}

void program::signal(int number) noexcept {
  if (running()) ::kill(pid_, number);
}

bool program::running() noexcept {
  int status = 0;
  if (status_ >= 0 || pid_ < 0) return false;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return false;
}

int program::wait() {
  const auto limit = steady_clock::now() + patience;
  while (running()) {
    if (steady_clock::now() > limit) {
      throw std::runtime_error("the program does not end");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return status_;
}

finished run(std::vector<string> command, const string& input) {
  program p(std::move(command));
  std::thread writer([&] {
    try {
      p.give(input);
    } catch (const std::system_error&) {
      // It has ended without reading all.
    }
    p.end_input();
  });
  finished f{-1, {}, {}};
  try {
    f.out = p.rest();
    f.err = p.errors();
  } catch (...) {
    p.signal(SIGKILL);
    writer.join();
    throw;
  }
  writer.join();
  f.status = p.wait();
  return f;
}

bool refuses(const finished& f, const string& why) {
  return f.status == 2 && f.out.empty() && f.err.find(why) != string::npos &&
         f.err.find("\nusage: ") != string::npos &&
         std::count(f.err.begin(), f.err.end(), '\n') == 2;
}

}  // namespace tests
