// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/debian_servers/servers.h"

namespace benchmarks {

/// Many connections to a server from one thread. Each asks, and asks again when
/// it is answered: on the same connection, or on a new one if the server keeps
/// none.
class asker {
 public:
  asker(const debian_server& who, const std::string& port, unsigned count);
  asker(const asker&) = delete;
  asker& operator=(const asker&) = delete;
  ~asker();

  /// Opens all connections, some at a time, and waits for an answer on each.
  /// Throws std::runtime_error if that takes too long.
  void open();
  /// Asks for so many seconds. Gives the number of answers. If the server keeps
  /// no connection, only some ask, because its queue of new ones is short.
  std::uint64_t ask(double seconds);
  /// Connections that ended without an answer.
  std::uint64_t errors() const { return errors_; }

 private:
  struct one {
    int fd = -1;
    std::size_t said = 0;
    std::string heard;
  };

  void start(one& c);
  void stop(one& c);
  void say(one& c);
  void hear(one& c);
  void answered(one& c);
  void lost(one& c);
  void take_events(int milliseconds);

  const debian_server& who_;
  std::string port_;
  int epoll_;
  std::vector<one> all_;
  bool again_ = false;  // does an answered connection ask again?
  std::size_t busy_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t errors_ = 0;
};

}  // namespace benchmarks
