// SPDX-License-Identifier: MIT
//
// The command line.
#pragma once

#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/greenify/options.h"

namespace greenify {

/// Wrong use, with one line for the user.
class wrong_use : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct settings {
  enum class action { report, diff, in_place, out, explain, check };

  options wanted;
  action done = action::report;
  bool help = false;
  bool force = false;
  bool verify = true;
  bool caches = true;

  unsigned jobs = 0;        // 0: as many as there are processors
  std::string out;          // --out
  std::string build;        // -p
  std::string explain;      // FILE:LINE
  std::string cache_dir;    // --cache
  std::string report_file;  // --report
  std::string json_file;    // --json
  std::vector<std::string> files;
  std::vector<std::string> flags;  // behind --
  bool has_flags = false;

  // With --check.
  std::string sarif_file;         // --sarif
  std::string holders_file;       // --holders
  std::set<std::string> allowed;  // --allow: rules
};

/// Throws wrong_use.
settings read_command_line(std::span<const char* const> arguments);

/// The folder of the cache: that of --cache, or the user's. Empty for none.
std::string cache_folder(const settings& given);

/// The text of --help.
extern const char usage[];

}  // namespace greenify
