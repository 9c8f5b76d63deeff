// SPDX-License-Identifier: MIT
// Which file includes which, and where a header lies.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using style::complain;
using style::each_include;
using style::is_mirror;
using style::own_headers;
using style::source;
using style::sources;

// Whose rooms may not include each other in a circle.
const std::set<string> layers_without_circles = {"core", "hub", "green"};

// A room is a header and its source: "hub/loop" is hub/loop.h and hub/loop.cc.
string room_of(fs::path path) { return path.replace_extension().string(); }

// The file of the tree that an include path names.
string path_of(const string& name) {
  const bool lower =
      name.starts_with("green/core/") || name.starts_with("green/hub/");
  return lower ? name.substr(string("green/").size()) : name;
}

class room_graph {
 public:
  void add(const string& from, const string& to) {
    if (from != to) next_[from].insert(to);
  }

  /// A circle that is reached from the room, as "a -> b -> a"; or nothing.
  string circle_from(const string& room) {
    if (done_.count(room) != 0) return "";
    const auto begin = std::ranges::find(way_, room);
    if (begin != way_.end()) {
      string circle;
      for (auto i = begin; i != way_.end(); ++i) circle += *i + " -> ";
      return circle + room;
    }
    way_.push_back(room);
    string circle;
    for (const string& to : next_[room]) {
      circle = circle_from(to);
      if (!circle.empty()) break;
    }
    way_.pop_back();
    done_.insert(room);
    return circle;
  }

 private:
  std::map<string, std::set<string>> next_;
  std::vector<string> way_;
  std::set<string> done_;
};

}  // namespace

TEST_CASE("layers include only what is below them") {
  const std::map<string, std::regex> allowed = {
      {"core", std::regex("green/core/.*")},
      {"hub", std::regex("green/(core|hub)/.*")},
      {"green", std::regex("green/.*")},
      {"examples", std::regex("(green/(?!core/|hub/)|examples/).*")},
      {"benchmarks", std::regex("(green|benchmarks|tests/clients)/.*")},
      {"tests", std::regex("(green|benchmarks|examples|tests|tools)/.*")},
      {"tools", std::regex("(green/(?!core/|hub/)|tools/).*")}};
  each_include([&](auto& file, size_t line, auto& name, bool quoted) {
    if (!quoted || std::regex_match(name, allowed.at(file.folder))) return;
    if (fs::exists("/usr/include/" + name)) {
      complain(file, line, "write <" + name + "> instead");
    } else if (!name.starts_with("green/") && file.folder != "tests") {
      complain(file, line, "write \"green/...\" instead of \"" + name + "\"");
    } else {
      complain(file, line,
               file.folder + " must not include \"" + name +
                   "\": move what is needed to the layer below");
    }
  });
}

// What is public is known by its place: directly in green, or at the path of a
// standard header. All else has a room in the folder of its subject.
TEST_CASE("each header of green has a room") {
  const std::set<string> singular = {"http", "openssl", "patcher", "posix",
                                     "testing"};
  for (const source& file : sources()) {
    if (file.folder != "green" || file.is_cc() || is_mirror(file)) continue;
    const string name = file.path.substr(string("green/").size());
    const string room = name.substr(0, name.find('/'));
    if (room == name) {
      if (own_headers.count(name) == 0 && !style::is_lint(file)) {
        complain(file, 1,
                 "put it into the folder of its subject; or, if users include "
                 "it, name it in own_headers");
      }
    } else if (!room.ends_with("s") && singular.count(room) == 0) {
      complain(file, 1, "call the folder by its subject, in the plural");
    }
  }
}

TEST_CASE("no circle of rooms inside a layer") {
  room_graph rooms;
  each_include([&](auto& file, size_t, auto& name, bool quoted) {
    const string path = path_of(name);
    const bool same_layer = path.starts_with(file.folder + "/");
    if (quoted && same_layer) rooms.add(room_of(file.path), room_of(path));
  });
  for (const source& file : sources()) {
    if (layers_without_circles.count(file.folder) == 0) continue;
    const string circle = rooms.circle_from(room_of(file.path));
    if (circle.empty()) continue;
    complain(file, 1, "move what closes the circle to a room below: " + circle);
  }
}

TEST_CASE("programs include public headers only") {
  std::map<string, const source*> headers;
  for (const source& file : sources()) headers[file.path] = &file;
  each_include([&](auto& file, size_t line, auto& name, bool quoted) {
    if (file.folder != "examples" || !quoted || headers.count(name) == 0)
      return;
    const source& header = *headers.at(name);
    if (header.folder != "green" || is_mirror(header) ||
        name.find('/') == name.rfind('/')) {
      return;
    }
    complain(file, line, "include the public header that has what is needed");
  });
}

TEST_CASE("core includes only the standard library") {
  const std::set<string> of_std = {
      "algorithm",  "array",           "atomic",      "bit",
      "cassert",    "cerrno",          "chrono",      "cmath",
      "concepts",   "coroutine",       "cstddef",     "cstdint",
      "cstdio",     "cstdlib",         "ctime",       "deque",
      "exception",  "functional",      "limits",      "map",
      "memory",     "mutex",           "new",         "optional",
      "ratio",      "source_location", "span",        "stdexcept",
      "stop_token", "string",          "string_view", "system_error",
      "tuple",      "type_traits",     "typeinfo",    "unordered_set",
      "utility",    "variant",         "vector"};
  each_include([&](auto& file, size_t line, auto& name, bool quoted) {
    if (file.folder != "core" || quoted || of_std.count(name) != 0) return;
    if (file.path == "core/system.cc") return;
    complain(file, line,
             "move what needs <" + name +
                 "> to core/system.cc or to hub; add the header to the list "
                 "if it is one of C++");
  });
}

TEST_CASE("liburing stays in hub's sources") {
  std::set<string> headers;
  each_include([&](auto& file, size_t line, auto& name, bool) {
    if (name != "liburing.h" && !name.starts_with("liburing/")) return;
    if (file.folder == "benchmarks" || file.folder == "tests") return;
    if (file.folder == "hub" && file.is_cc()) return;
    headers.insert(file.path);
    if (file.folder != "hub" || headers.size() > 1) {
      complain(file, line,
               "include it in hub's .cc files and one hub header alone: "
               "declare here, define there");
    }
  });
}
