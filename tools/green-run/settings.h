// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace green_run {

/// A command line that cannot be meant. The words are for the user.
struct wrong_use : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What the user has chosen. The launcher hands it to the started program in
/// the environment.
struct settings {
  std::vector<std::string> only;     // modules
  std::vector<std::string> without;  // groups of functions
  std::vector<std::string> real;     // patterns of functions and modules
  std::vector<std::string> shared;   // modules whose thread-locals are shared
  std::size_t stack = 0;             // bytes; 0: as the system gives it
  unsigned hubs = 1;
  bool spread_by_load = false;
  int dump_signal = 0;
  std::string max_blocking;
  bool moves_computing = false;
  bool verbose = false;
  bool children = false;

  /// The value of the environment's variable.
  std::string pack() const;
  static settings unpack(const std::string& packed);
};

/// The environment's variables between the launcher and the program.
inline constexpr char variable[] = "GREEN_RUN";

struct command_line {
  settings chosen;
  std::vector<std::string> program;  // with its arguments
  bool help = false;
};

/// Throws wrong_use.
command_line parse(const std::vector<std::string>& words);

extern const char usage[];

}  // namespace green_run
