// SPDX-License-Identifier: MIT
// Each file includes the headers of the names that it uses. Another compiler's
// headers include less of each other. The mirrors list the names of originals,
// so that they say which header has a name.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "tests/style/rules.h"
#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::size_t;
using std::string;
using style::complain;
using style::global_names;
using style::header_list;
using style::included;
using style::is_lint;
using style::is_mirror;
using style::line_at;
using style::name_at;
using style::source;
using style::sources;
using style::words;

using headers_of_names = std::map<string, std::set<string>>;

bool is_of_layers(const source& file) {
  return file.folder == "core" || file.folder == "hub" ||
         file.folder == "green";
}

// The headers that have a name of std, or one that is not in a namespace.
headers_of_names names_of(bool std_names) {
  headers_of_names headers;
  const std::regex taken(std_names ? R"(\bstd::(\w+))" : R"(^using ::(\w+);)");
  for (const source& file : sources()) {
    if (!is_mirror(file)) continue;
    const string header = file.path.substr(string("green/").size());
    if (!std_names && !header.ends_with(".h")) continue;
    for (const string& line : file.lines) {
      if (!line.starts_with("using ") && !line.starts_with("namespace "))
        continue;
      for (std::sregex_iterator at(line.begin(), line.end(), taken), end;
           at != end; ++at) {
        headers[(*at)[1].str()].insert(header);
      }
    }
    for (const char* list : {"Awaited:", "Own:"}) {
      for (const string& name : words(header_list(file, list)))
        headers[name].insert(header);
    }
  }
  return headers;
}

// What std has of <string.h> is in <cstring>, too. Some names have no mirror.
headers_of_names names_of_std() {
  headers_of_names headers = names_of(true);
  for (const auto& [name, of] : names_of(false)) {
    for (const string& header : of) {
      const string stem = header.substr(0, header.find('.'));
      if (fs::exists("green/c" + stem)) headers[name].insert(header);
    }
  }
  for (const char* header : {"chrono", "filesystem", "string", "vector"})
    headers[header].insert(header);
  for (const source& file : sources()) {
    if (!is_mirror(file) || file.has_extension()) continue;
    const string missing = header_list(file, "Missing:");
    for (const string& name : words(missing.substr(0, missing.find(':'))))
      if (headers.count(name) != 0) headers[name].insert(file.path.substr(6));
  }
  return headers;
}

// Complains once of each name, and says what to include.
void check(const source& file, const headers_of_names& headers,
           const std::set<size_t>& places) {
  const std::set<string> own = included(file);
  std::set<string> told;
  for (const size_t at : places) {
    const auto known = headers.find(name_at(file.code, at));
    if (known == headers.end() || !told.insert(known->first).second) continue;
    const bool is_here = std::ranges::any_of(
        known->second, [&](const string& h) { return own.count(h) != 0; });
    if (is_here) continue;
    string any;
    for (const string& header : known->second)
      any += (any.empty() ? "<" : " or <") + header + ">";
    complain(file, line_at(file.code, at),
             "include " + any + " for " + known->first);
  }
}

// Where names as pid_t stand without a namespace.
std::set<size_t> plain_types(const source& file) {
  static const std::regex name(R"((^|[^\w:>.])(\w+_t)\b)");
  std::set<size_t> places;
  for (std::sregex_iterator at(file.code.begin(), file.code.end(), name), end;
       at != end; ++at)
    places.insert(static_cast<size_t>(at->position(2)));
  return places;
}

// Where names of std stand, but for those that a mirror takes over.
std::set<size_t> std_names(const source& file) {
  static const std::regex name(R"(\bstd::(\w+))");
  std::set<size_t> places;
  for (std::sregex_iterator at(file.code.begin(), file.code.end(), name), end;
       at != end; ++at) {
    const auto place = static_cast<size_t>(at->position());
    const string& line = file.lines[line_at(file.code, place) - 1];
    const bool takes_over =
        line.starts_with("using std::") || line.starts_with("namespace ");
    if (!takes_over || !is_mirror(file))
      places.insert(place + string("std::").size());
  }
  return places;
}

}  // namespace

TEST_CASE("a name of the system is used with its header") {
  headers_of_names headers = names_of(false);
  REQUIRE(headers.at("isatty") == std::set<string>{"unistd.h"});
  // POSIX lets these headers bring the types, too.
  headers["clockid_t"].insert("pthread.h");
  headers["off64_t"].insert("stdio.h");
  for (const source& file : sources()) {
    if (!is_of_layers(file)) continue;
    const auto places = global_names(file.code);
    check(file, headers, {places.begin(), places.end()});
    check(file, headers, plain_types(file));
  }
}

TEST_CASE("a limit is used with its header") {
  // Some compilers' headers bring these along, and others do not.
  const std::pair<string, std::regex> headers[] = {
      {"limits.h", std::regex(R"(\b(U?(CHAR|SHRT|INT|LONG|LLONG)_(MAX|MIN)|)"
                              R"((ARG|HOST_NAME|IOV|LOGIN_NAME|NAME|PATH|PIPE|)"
                              R"(PTHREAD_KEYS|SEM_VALUE)_(MAX|BUF))\b)")},
      {"stdint.h", std::regex(R"(\b(U?INT(8|16|32|64|PTR|MAX)|SIZE|PTRDIFF)_)"
                              R"((MAX|MIN)\b)")},
  };
  for (const source& file : sources()) {
    const std::set<string> own = included(file);
    for (const auto& [header, limits] : headers) {
      std::smatch limit;
      if (own.contains(header) || !std::regex_search(file.code, limit, limits))
        continue;
      complain(file, line_at(file.code, static_cast<size_t>(limit.position())),
               "include <" + header + "> for " + limit.str());
    }
  }
}

TEST_CASE("an error of errno.h is used with its header") {
  for (const source& file : sources()) {
    if (!is_of_layers(file)) continue;
    const std::set<string> own = included(file);
    std::smatch error;
    static const std::regex name(R"(\bE(?!NT(ER|RY)\b)[A-Z]{3,}\d?\b)");
    if (own.count("errno.h") == 0 &&
        std::regex_search(file.code, error, name)) {
      complain(file, line_at(file.code, static_cast<size_t>(error.position())),
               "include <cerrno> for " + error.str());
    }
  }
}

TEST_CASE("a name of std is used with its header") {
  const headers_of_names headers = names_of_std();
  REQUIRE(headers.at("span") == std::set<string>{"span"});
  REQUIRE(headers.at("memcpy").count("string.h") == 1);
  REQUIRE(headers.at("unique_lock") == std::set<string>{"mutex"});
  for (const source& file : sources()) {
    if (is_of_layers(file) && !is_lint(file))
      check(file, headers, std_names(file));
  }
}
