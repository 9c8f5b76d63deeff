// SPDX-License-Identifier: MIT
// The test of "never quietly wrong": each golden twin is taken without one of
// its co_awaits. The compiler refuses this mutant, or --check finds it.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/greenify/runs.h"

namespace {

using std::string;

struct mutant {
  string file;   // m3.cc
  string place;  // for a message
};

// Writes a twin without each of its co_awaits, in a file each.
std::vector<mutant> write_mutants(const tests::temporary_folder& folder,
                                  const tests::golden_program& program) {
  const string text = program.after(), word = "co_await ";
  std::vector<mutant> all;
  for (std::size_t at = 0; (at = text.find(word, at)) != string::npos; ++at) {
    string other = text;
    other.erase(at, word.size());
    const string file = "m" + std::to_string(all.size()) + ".cc";
    folder.file(file, other);
    all.push_back({file, program.name + ".out.cc, without the co_await of " +
                             text.substr(at, text.find('\n', at) - at)});
  }
  return all;
}

string precompiled(const tests::temporary_folder& folder,
                   const string& program) {
  string headers;
  std::istringstream lines(program);
  for (string line; std::getline(lines, line);) {
    if (line.starts_with("#include")) headers += line + "\n";
  }
  folder.file("all.h", headers);
  return "-std=c++20 -I " + tests::here() +
         " -Wno-everything -Werror=unused-result";
}

// The names of the files that the compiler takes. They are compiled two at a
// time, and the headers once.
std::set<string> compiling(const tests::temporary_folder& folder,
                           const string& flags) {
  const auto ran = tests::shell(
      "cd " + folder.path() + " && clang++-19 " + flags +
      " -x c++-header all.h -o all.pch && ls m*.cc | xargs -P 2 -I FILE sh -c "
      "'clang++-19 " +
      flags +
      " -include-pch all.pch -fsyntax-only FILE 2>/dev/null && "
      "echo FILE || true'");
  REQUIRE_MESSAGE(ran.status == 0, ran.text);
  std::istringstream lines(ran.text);
  std::set<string> taken;
  for (string file; std::getline(lines, file);) taken.insert(file);
  return taken;
}

// The files in which --check finds an awaitable that nobody awaits.
std::set<string> checked(const tests::temporary_folder& folder,
                         const std::set<string>& files) {
  string list;
  for (const string& file : files) list += file + " ";
  if (list.empty()) return {};
  const auto ran = tests::greenify(
      folder, "--check " + list + "-- -std=c++20 -I " + tests::here());
  REQUIRE_MESSAGE(ran.status == 1, ran.text);
  std::istringstream lines(ran.text);
  std::set<string> found;
  for (string line; std::getline(lines, line);) {
    if (line.ends_with("[dropped]")) {
      found.insert(line.substr(0, line.find(':')));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("each mutant is found, by the compiler or by --check") {
  std::size_t mutants = 0, found_by_check = 0;
  for (const auto& program : tests::golden_programs()) {
    if (!program.whole()) continue;
    const tests::temporary_folder folder;
    const auto all = write_mutants(folder, program);
    const string flags = precompiled(folder, program.after());
    folder.file("m_unchanged.cc", program.after());
    std::set<string> left = compiling(folder, flags);
    CHECK(left.erase("m_unchanged.cc") == 1);
    const std::set<string> found = checked(folder, left);
    for (const mutant& one : all) {
      const bool quiet = left.contains(one.file) && !found.contains(one.file);
      CHECK_MESSAGE(!quiet, one.place);
    }
    mutants += all.size();
    found_by_check += found.size();
  }
  CHECK(mutants > 100);
  CHECK(found_by_check > 0);
}
