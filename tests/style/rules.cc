// SPDX-License-Identifier: MIT
#include "tests/style/rules.h"

#include <doctest/doctest.h>

#include <filesystem>

namespace style {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

void complain(const source& file, size_t line, const string& advice) {
  FAIL_CHECK(file.path << ":" << line << ": " << advice);
}

void each_match(
    const char* pattern,
    const std::function<void(const source&, size_t, const std::smatch&)>& f) {
  std::regex regex(pattern);
  std::smatch match;
  for (const source& file : sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], match, regex)) f(file, i + 1, match);
    }
  }
}

void each_include(const std::function<void(const source&, size_t, const string&,
                                           bool quoted)>& f) {
  each_match(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re",
             [&](auto& file, size_t line, auto& match) {
               f(file, line, match[2].str(), match[1].str() == "\"");
             });
}

const std::set<string> own_headers = {
    "broadcast.h",  "choose.h",        "context.h",        "debug.h",
    "endpoint.h",   "error_handler.h", "event.h",          "fileobject.h",
    "foreign.h",    "green.h",         "greenlet.h",       "http.h",
    "hub.h",        "interval.h",      "local.h",          "patched.h",
    "patcher.h",    "pool.h",          "pools.h",          "queue.h",
    "scope.h",      "server.h",        "signal_handler.h", "stop.h",
    "subprocess.h", "task.h",          "testing.h",        "threadpool.h",
    "timeout.h",    "token_bucket.h",  "unique_fd.h",      "version.h",
    "watch.h",      "when.h"};

namespace {

// Headers of the language, which come with the compiler.
const std::set<string> of_compiler = {"float.h",  "iso646.h",  "stdalign.h",
                                      "stdarg.h", "stdbool.h", "stddef.h"};

// Headers of C++23 that the system's library may lack.
const std::set<string> of_newer_libraries = {"generator"};

// glibc 2.43 has none of these.
const std::set<string> of_older_systems = {"termio.h"};

bool is_on_system(const string& name) {
  auto in_any = [&](const fs::path& folder, const string& part) {
    if (!fs::exists(folder)) return false;
    for (auto& entry : fs::directory_iterator(folder)) {
      string leaf = entry.path().filename().string();
      if (leaf.find(part) == string::npos || !entry.is_directory()) continue;
      if (fs::exists(entry.path() / name)) return true;
    }
    return false;
  };
  return fs::exists("/usr/include/" + name) ||
         in_any("/usr/include", "-linux-gnu") || in_any("/usr/include/c++", "");
}

bool is_system_header(const string& name) {
  for (const auto* some :
       {&of_compiler, &of_newer_libraries, &of_older_systems}) {
    if (some->contains(name)) return true;
  }
  return is_on_system(name);
}

}  // namespace

bool is_lint(const source& file) {
  return file.path == "green/lint.h" || file.path.starts_with("green/lints/");
}

bool is_mirror(const source& file) {
  if (file.folder != "green" || file.is_cc()) return false;
  string name = file.path.substr(string("green/").size());
  return !own_headers.count(name) && is_system_header(name);
}

std::set<string> gone_headers() {
  std::set<string> gone = of_older_systems;
  std::erase_if(gone, is_on_system);
  return gone;
}

string header_list(const source& file, const string& label) {
  static const std::regex next("^[A-Z][a-z]+:");
  string list;
  bool inside = false;
  for (const string& line : style::opening_comment(file)) {
    const bool starts = line.starts_with(label);
    inside = starts || (inside && !std::regex_search(line, next));
    if (inside) list += (starts ? line.substr(label.size()) : line) + "\n";
  }
  return list;
}

std::set<string> words(const string& text) {
  static const std::regex word("[A-Za-z_][A-Za-z0-9_]*");
  return {std::sregex_token_iterator(text.begin(), text.end(), word),
          std::sregex_token_iterator()};
}

}  // namespace style
