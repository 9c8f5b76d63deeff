// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "benchmarks/debian_servers/servers.h"

namespace benchmarks {

/// A port of 127.0.0.1 that nobody listens at.
std::string free_port();

/// A connection to 127.0.0.1, which blocks for at most some seconds.
class connection {
 public:
  explicit connection(const std::string& port);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// False if nobody listens.
  bool open() const { return open_; }
  int fd() const { return fd_; }
  void say(std::string_view text) const;
  /// What the server says up to this text, or to its end.
  std::string hear(std::string_view last) const;

 private:
  int fd_;
  bool open_ = false;
};

/// What the processes of a server use together.
struct usage {
  long threads = 0;
  long long cpu = 0;    // nanoseconds
  double resident = 0;  // KiB
  double kernel = 0;    // KiB of page tables and of stacks in the kernel
};

/// A program that serves a port of 127.0.0.1, in a process group of its own,
/// which is killed with the scope.
class started_server {
 public:
  /// Runs the command, and waits until the port is listened at. Throws
  /// std::runtime_error if the program ends before, or takes too long.
  started_server(const words& command, const std::string& port, int cpu = -1);
  started_server(const started_server&) = delete;
  started_server& operator=(const started_server&) = delete;
  ~started_server();

  bool alive();
  usage used() const;

 private:
  void stop();

  pid_t pid_;
};

/// The ways to run a server; `before` stands in front of its command.
struct way_to_run {
  const char* name;
  words before;
};
std::vector<way_to_run> ways_to_run(const std::string& green_run);

}  // namespace benchmarks
