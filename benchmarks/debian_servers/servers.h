// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace benchmarks {

using words = std::vector<std::string>;

/// A server of Debian that has threads, and a question that it answers.
struct debian_server {
  const char* name;
  const char* program;  // as execvp(3) finds it
  /// Makes its files in the folder. Gives the command line that serves at the
  /// port.
  words (*command)(const std::string& folder, const std::string& port);
  std::string question;
  std::string answer;    // its last bytes, or a part if the connection ends
  bool keeps = true;     // the connection after an answer
  bool one_each = true;  // a thread for each connection
  unsigned most = 2000;  // connections at once
};

const std::vector<debian_server>& debian_servers();

/// Throws std::invalid_argument if there is none of the name.
const debian_server& find_debian_server(const std::string& name);

}  // namespace benchmarks
