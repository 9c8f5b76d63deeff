// SPDX-License-Identifier: MIT
// CMake's libraries are made of the files of Bazel's. Each has its own list, as
// neither reads the other's.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using file_set = std::set<std::string>;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Bazel's globs as one regular expression: ** is any path, * a part of a name.
std::regex matcher(const std::string& patterns) {
  static const std::regex quoted(R"x("([^"]*)")x");
  std::string all = "#";
  for (std::sregex_iterator i(patterns.begin(), patterns.end(), quoted), end;
       i != end; ++i) {
    std::string one = (*i)[1];
    one = std::regex_replace(one, std::regex(R"(\.)"), "\\.");
    one = std::regex_replace(one, std::regex(R"(\*\*/)"), "(.+/)?");
    one = std::regex_replace(one, std::regex(R"(\*\*)"), ".+");
    one = std::regex_replace(one, std::regex(R"(\*)"), "[^/]*");
    all += "|" + one;
  }
  return std::regex(all);
}

file_set all_files(const fs::path& folder) {
  file_set found;
  for (const auto& entry : fs::recursive_directory_iterator(
           folder, fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_directory()) found.insert(entry.path().string());
  }
  return found;
}

// The files of a target's globs, as paths of the tree.
file_set of_bazel(const std::string& package, const std::string& target) {
  const std::string text = read(package + "/BUILD");
  const auto statement = [&text](const std::string& opening) {
    const std::size_t begin = text.find(opening);
    REQUIRE(begin != text.npos);
    return text.substr(begin, text.find("\n)", begin) - begin);
  };
  std::string rule = statement("name = \"" + target + "\"");
  if (rule.find("hdrs = HEADERS") != rule.npos) {
    rule += statement("HEADERS = glob(");
  }
  static const std::regex glob(
      R"x((?:srcs|hdrs|HEADERS) = glob\(\s*\[([^\]]*)\](?:,\s*exclude = \[([^\]]*)\])?)x");
  file_set found;
  for (std::sregex_iterator i(rule.begin(), rule.end(), glob), end; i != end;
       ++i) {
    const std::regex wanted = matcher((*i)[1]), excluded = matcher((*i)[2]);
    for (const std::string& path : all_files(package)) {
      const std::string name = path.substr(package.size() + 1);
      if (!std::regex_match(name, wanted)) continue;
      if (std::regex_match(name, excluded)) continue;
      static const std::regex link("green/(core|hub)/");
      found.insert(std::regex_replace(path, link, "$1/"));
    }
  }
  return found;
}

std::map<std::string, file_set> of_cmake() {
  const auto printed =
      tests::shell("cmake -P packaging/cmake/print_parts.cmake");
  INFO(printed.text);
  REQUIRE(printed.status == 0);
  std::map<std::string, file_set> parts;
  std::istringstream lines(printed.text);
  for (std::string part, file; lines >> part >> file;) parts[part].insert(file);
  return parts;
}

void compare(const std::string& part, const file_set& bazel,
             const file_set& cmake) {
  for (const std::string& file : bazel) {
    CHECK_MESSAGE(cmake.contains(file),
                  file << " is Bazel's alone: see green::" << part
                       << " in packaging/parts.cmake");
  }
  for (const std::string& file : cmake) {
    CHECK_MESSAGE(
        bazel.contains(file),
        file << " is CMake's alone: see //green:" << part << " in green/BUILD");
  }
}

}  // namespace

TEST_CASE("CMake's libraries and Bazel's have the same files") {
  std::map<std::string, file_set> cmake = of_cmake();
  file_set main = of_bazel("green", "green");
  for (const char* layer : {"core", "hub"}) {
    main.merge(of_bazel("green", layer));
  }
  CHECK(main.size() > 500);
  compare("green", main, cmake["main"]);
  cmake.erase("main");
  CHECK(cmake.size() > 2);
  for (const auto& [part, files] : cmake) {
    file_set bazel = of_bazel("green", part);
    if (part == "testing") bazel.merge(of_bazel("green", "virtual_time"));
    compare(part, bazel, files);
  }
}

TEST_CASE("each library of Bazel is one of CMake's") {
  const std::map<std::string, file_set> cmake = of_cmake();
  const std::string text = read("green/BUILD");
  static const std::regex name(R"x(_library\(\s*name = "(\w+)")x");
  for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end;
       ++i) {
    const std::string library = (*i)[1];
    static const std::set<std::string> parts_of_green = {
        "base", "core", "green", "hub", "virtual_time"};
    if (parts_of_green.contains(library)) continue;
    CHECK_MESSAGE(cmake.contains(library),
                  "packaging/parts.cmake has no line for //green:" << library);
  }
}
