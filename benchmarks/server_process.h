// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace benchmarks {

/// What the kernel says of a process at one moment, in KiB.
struct process_memory {
  double resident = 0;  // its own pages
  double kernel = 0;    // its page tables and its threads' kernel stacks
  unsigned threads = 0;
};

process_memory memory_of(pid_t process);

/// A server as a child process, started with port 0. It is ended with
/// this object, and by the kernel when this process dies first.
class server_process {
 public:
  /// Starts it on one CPU, or on any with -1, and waits until it says where it
  /// listens. Throws std::runtime_error with what went wrong instead. `backend`
  /// is its GREEN_BACKEND, if not empty.
  server_process(const std::string& path, int cpu,
                 const std::string& backend = "");
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  ~server_process();

  std::uint16_t port() const { return port_; }

  /// User and system time of all its threads, ended ones too, in nanoseconds.
  std::int64_t cpu_time() const;
  process_memory memory() const { return memory_of(pid_); }
  std::size_t descriptors() const;

  /// How it ended ("signal 11 (Segmentation fault)"), if it did.
  std::optional<std::string> ended();

 private:
  [[noreturn]] void become_server(const std::string& path, int output,
                                  pid_t parent, int cpu,
                                  const std::string& backend) const;
  void read_port();
  void stop();
  bool reap(int options);

  pid_t pid_ = -1;
  int output_ = -1;
  int status_ = 0;
  std::uint16_t port_ = 0;
};

/// Memory in use on the whole system, in KiB, without caches.
double system_memory();

}  // namespace benchmarks
