// SPDX-License-Identifier: MIT
#include "tests/mistakes/diagnoses.h"

#include <regex>

#include "tests/support/shell.h"

namespace tests {

namespace {

using std::size_t;
using std::string;

// Collects the lines of one diagnosis after the other.
class reader {
 public:
  explicit reader(const string& file) : file_(file) {}

  void take(const string& line) {
    static const std::regex head(
        R"(^([^\s:][^:]*):(\d+):\d+: (error|fatal error|warning): (.*))");
    // Both compilers say how they came to a header, clang after the words of
    // the diagnosis, and g++ before.
    static const std::regex from(R"(^([^\s:][^:]*):(\d+):\d+: )");
    std::smatch match;
    if (std::regex_search(line, match, head)) {
      finish();
      one_ = {match[3] != "warning", match[4], before_};
      open_ = true;
      line_ = match[1] == file_ ? std::stoul(match[2]) : asked_by_;
      asked_by_ = 0;
      before_.clear();
    } else if (std::regex_search(line, match, from) && match[1] == file_) {
      if (line.find("required from") != string::npos) {
        finish();
        asked_by_ = std::stoul(match[2]);
        before_ += line + "\n";
        return;
      }
      if (line_ == 0) line_ = std::stoul(match[2]);
    }
    if (open_) one_.text += line + "\n";
  }

  void finish() {
    if (open_) found[line_].push_back(one_);
    open_ = false;
    line_ = 0;
  }

  std::map<size_t, std::vector<diagnosis>> found;

 private:
  string file_;
  diagnosis one_ = {};
  string before_;
  size_t line_ = 0;
  size_t asked_by_ = 0;
  bool open_ = false;
};

}  // namespace

std::vector<string> compilers() {
  std::vector<string> found;
  for (const char* name : {"clang++-19", "g++"}) {
    if (installed(name)) found.emplace_back(name);
  }
  return found;
}

std::map<size_t, std::vector<diagnosis>> diagnoses(const string& compiler,
                                                   const string& path) {
  const bool clang = compiler.starts_with("clang");
  const command_outcome compiled = shell(
      "LC_ALL=C " + compiler + " -std=c++20 -fsyntax-only -Wall -Wextra " +
      (clang ? "-ferror-limit=0" : "-fmax-errors=0") + " -I . " + path);
  reader all(path);
  size_t begin = 0;
  while (begin < compiled.text.size()) {
    const size_t end = compiled.text.find('\n', begin);
    all.take(compiled.text.substr(begin, end - begin));
    begin = end == string::npos ? end : end + 1;
  }
  all.finish();
  return all.found;
}

}  // namespace tests
