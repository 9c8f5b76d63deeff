// SPDX-License-Identifier: MIT
//
// Runs of greenify, and the golden programs.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace tests {

inline const std::string golden = "tests/greenify/golden/";

inline std::string here() { return std::filesystem::current_path().string(); }

/// The command that runs greenify in a folder. It keeps nothing of its runs.
inline std::string greenify_in(const std::string& folder,
                               const std::string& arguments) {
  return "cd " + folder + " && " + here() +
         "/tools/greenify/greenify --green " + here() + " --no-cache " +
         arguments;
}

inline command_outcome greenify(const temporary_folder& in,
                                const std::string& arguments) {
  return shell(greenify_in(in.path(), arguments));
}

/// A golden program: golden/NAME.in.END becomes golden/NAME.out.cc.
struct golden_program {
  std::string name;
  std::string end;  // .cc or .c

  std::string before() const { return contents(golden + name + ".in" + end); }
  std::string after() const { return contents(golden + name + ".out.cc"); }
  /// Whether nothing is left to do by hand.
  bool whole() const {
    return contents(golden + name + ".report").ends_with("status 0\n");
  }
  /// The options in its first line: `// greenify: OPTIONS`.
  std::string options() const {
    const std::string text = before(), mark = "// greenify: ";
    if (!text.starts_with(mark)) return "";
    return text.substr(mark.size(), text.find('\n') - mark.size()) + " ";
  }
};

inline std::vector<golden_program> golden_programs() {
  std::vector<golden_program> found;
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    const std::string name = entry.path().filename().string();
    const std::size_t at = name.find(".in.c");
    if (at != name.npos)
      found.push_back({name.substr(0, at), name.substr(at + 3)});
  }
  std::ranges::sort(found, {}, &golden_program::name);
  return found;
}

// All files below a folder, by their names.
inline std::map<std::string, std::string> files_in(const std::string& folder) {
  std::map<std::string, std::string> found;
  for (const auto& one :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!one.is_regular_file()) continue;
    found[std::filesystem::relative(one.path(), folder).string()] =
        contents(one.path().string());
  }
  return found;
}

inline std::size_t awaits_in(const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find("co_await", at)) != text.npos;
       ++at) {
    ++found;
  }
  return found;
}

}  // namespace tests
