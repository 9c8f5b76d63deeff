// SPDX-License-Identifier: MIT
//
// What tests of servers share: a server that answers PING with PONG, its
// client, and what was reported.
#pragma once

#include <unistd.h>

#include <string>
#include <system_error>
#include <vector>

#include "green/error_handler.h"
#include "green/green.h"
#include "green/server.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"

namespace tests {

/// An abstract Unix address that no other process has.
inline std::string own_address(const char* name) {
  return "unix:@green-" + std::to_string(::getpid()) + "-" + name;
}

/// Answers every PING with PONG, until the end of file.
inline green::task<> pong(green::unique_fd fd, green::endpoint) {
  for (;;) {
    const std::string asked = co_await receive_text(fd, 4);
    if (asked != "PING") break;
    co_await send_text(fd, "PONG");
  }
}

/// Does nobody listen there?
inline green::task<bool> refused(green::endpoint where) {
  try {
    const auto fd = co_await green::connect_to(where);
  } catch (const std::system_error& e) {
    co_return e.code() == std::errc::connection_refused ||
        e.code() == std::errc::no_such_file_or_directory;
  }
  co_return false;
}

inline green::task<std::string> ask(const green::unique_fd& fd) {
  co_await send_text(fd, "PING");
  co_return co_await receive_text(fd, 4);
}

/// Takes the errors that nobody else takes, while it lives.
class reports {
 public:
  reports()
      : before_(green::set_error_handler([this](const auto& error) {
          messages.push_back(error.greenlet + ": " + error.message);
        })) {}
  reports(const reports&) = delete;
  reports& operator=(const reports&) = delete;
  ~reports() { green::set_error_handler(before_); }

  std::vector<std::string> messages;

 private:
  green::error_handler before_;
};

/// How many descriptors there are once this thread has a hub.
inline int descriptors_at_rest() {
  green::run([] {});
  return open_descriptors();
}

}  // namespace tests
