// SPDX-License-Identifier: MIT
//
// Another program, for the tests of examples. What waits throws after twenty
// seconds; what still runs at the end of the scope is killed.
//
//   CHECK(tests::run({"examples/cat", "no/such/file"}).status == 1);
//   tests::program server({"examples/udp_echo", "127.0.0.1:0"});
//   const std::string address = server.listens_on();
//   server.signal(SIGTERM);
//   CHECK(server.wait() == 0);
#pragma once

#include <string>
#include <vector>

#include "tests/support/sockets.h"

namespace tests {

class program {
 public:
  /// A name without a slash is looked for in PATH.
  explicit program(std::vector<std::string> command);
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();

  /// Writes to its stdin.
  void give(const std::string& text);
  void end_input() noexcept { in_.reset(); }
  /// The next line of its stdout, without the end; empty at the end of file.
  std::string line();
  /// The first line of a server, "listening on ADDRESS": the address.
  std::string listens_on();
  /// The rest of its stdout, up to the end of file.
  std::string rest();
  /// What has come on its stderr, up to the end of file.
  std::string errors();

  void signal(int number) noexcept;
  bool running() noexcept;
  /// Its exit status; 128 and the signal's number, as in a shell, when that
  /// ended it.
  int wait();

 private:
  descriptor in_;
  descriptor out_;
  descriptor err_;
  std::string read_;  // of stdout, but not yet given
  int pid_ = -1;
  int status_ = -1;
};

struct finished {
  int status;
  std::string out;
  std::string err;
};

/// Runs a program to its end.
finished run(std::vector<std::string> command, const std::string& input = "");

/// Does it say why, and how to use it, and end with status 2?
bool refuses(const finished& f, const std::string& why);

}  // namespace tests
