// SPDX-License-Identifier: MIT
// The mirrors of headers in which nothing waits are made by this test, from the
// names that clang finds in the originals. With GREEN_WRITE_HEADERS=FOLDER it
// writes them to FOLDER, which is "green".
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::string;

using names = std::set<string>;

struct plain_header {
  const char* name;
  const char* differs = "nothing.";
  const char* missing = "nothing.";
  names left_out = {};  // named under Missing
  names added = {};     // that are macros in C
};

const std::vector<plain_header> plain_headers = {
    {"assert.h"},
    {"byteswap.h"},
    {"ctype.h"},
    {"endian.h"},
    {"err.h",
     "nothing.",
     "all, because stderr may be a pipe that is full: err errx verr verrx "
     "warn warnx vwarn vwarnx. Await the functions of \"green/stdio.h\".",
     {"err", "errx", "verr", "verrx", "warn", "warnx", "vwarn", "vwarnx"}},
    {"errno.h"},
    {"fenv.h"},
    {"float.h"},
    {"fnmatch.h"},
    {"getopt.h",
     "a wrong option is told on stderr at once. With opterr = 0 it is not."},
    {"inttypes.h"},
    {"libgen.h"},
    {"limits.h"},
    {"math.h",
     "nothing.",
     "the functions of _Float32 and its kin (sinf32).",
     {},
     {"abs", "fpclassify", "isfinite", "isgreater", "isgreaterequal", "isinf",
      "isless", "islessequal", "islessgreater", "isnan", "isnormal",
      "isunordered", "signbit"}},
    {"net/if.h"},
    {"netinet/ip.h"},
    {"netinet/udp.h"},
    {"regex.h"},
    {"sched.h",
     "a child of clone is one that \"green/unistd.h\" tells of.",
     "sched_yield, which gives way to OS threads alone: co_await "
     "green::sleep().",
     {"sched_yield"}},
    {"stdarg.h"},
    {"stdbool.h"},
    {"stddef.h"},
    {"stdint.h"},
    {"string.h"},
    {"strings.h"},
    {"sys/auxv.h"},
    {"sys/inotify.h",
     "inotify_add_watch looks its path up at once. Await green::read of the "
     "descriptor."},
    {"sys/param.h"},
    {"sys/pidfd.h",
     "await green::poll or green::waitid of the descriptor. glibc 2.36 "
     "forgets extern \"C\" here, so that nothing links: use syscall(2)."},
    {"sys/prctl.h"},
    {"sys/resource.h", "nothing.",
     "the names in 64 (getrlimit64): rlim_t has 64 bits."},
    {"sys/signalfd.h", "await green::read of the descriptor."},
    {"sys/syscall.h"},
    {"sys/sysinfo.h"},
    {"sys/sysmacros.h"},
    {"sys/time.h",
     "nothing.",
     "utimes lutimes futimes futimesat: await utimensat and futimens of "
     "\"green/sys/stat.h\".",
     {"utimes", "lutimes", "futimes", "futimesat"}},
    {"sys/timerfd.h", "await green::read of the descriptor."},
    {"sys/times.h"},
    {"sys/types.h", "nothing.",
     "the names in 64 (off64_t): off_t has 64 bits."},
    {"sys/utsname.h"},
    {"wctype.h"},
};

bool is_plain(const string& header) {
  for (const plain_header& h : plain_headers) {
    if (h.name == header) return true;
  }
  return false;
}

// What clang says of a program that only includes the header. libstdc++'s own
// headers of C are passed over.
string ask(const string& header, const string& question) {
  const tests::temporary_folder folder;
  const string path = folder.file("asks.cc", "#include <" + header + ">\n");
  const auto ran = tests::shell("clang++-19 -std=c++20 -nostdinc++ " +
                                question + " " + path);
  CHECK_MESSAGE(ran.status == 0, ran.text);
  return ran.text;
}

// The name that a line of clang's syntax tree declares, or nothing.
string declared(const string& line) {
  static const std::regex value(
      R"((?:Function|Typedef|Var|EnumConstant)Decl 0x.*? (\w+) ')");
  static const std::regex type(
      R"((?:CXXRecord|Enum)Decl 0x.* (\w+)(?: definition)$|EnumDecl 0x.* (\w+)$)");
  std::smatch match;
  if (line.find("<invalid sloc>> <invalid sloc>") != string::npos) return "";
  if (std::regex_search(line, match, value)) return match[1];
  if (!std::regex_search(line, match, type)) return "";
  return match[1].matched ? match[1] : match[2];
}

bool is_scope(const string& line) {
  return line.find("LinkageSpecDecl 0x") != string::npos ||
         line.find("TranslationUnitDecl 0x") != string::npos ||
         line.find("EnumDecl 0x") != string::npos;
}

// Names of the implementation, of _Float32 and of large files, and keywords.
bool is_left_out(const string& name) {
  static const std::regex out(
      R"(_.*|\w*f(32|64|128)x?\w*|(off|ino|blkcnt|fsblkcnt|fsfilcnt)64_t|\w*rlimit64|)"
      R"(struct|union|enum|definition|line|col|\d.*)");
  return name.empty() || std::regex_match(name, out);
}

// The macros that stand for something else, which no name of a scope can be.
names macros_of(const string& header) {
  static const std::regex macro(R"(#define (\w+) (.*))");
  names found;
  std::smatch match;
  for (const string& line : style::split(ask(header, "-dM -E"), '\n')) {
    if (std::regex_match(line, match, macro) && match[1] != match[2])
      found.insert(match[1]);
  }
  return found;
}

// All names that the header declares, with those of what it includes.
const names& names_of(const string& header) {
  static std::map<string, names> known;
  const auto found = known.find(header);
  if (found != known.end()) return found->second;
  names& all = known[header];
  std::vector<bool> open;  // is the declaration at this depth a scope?
  const string tree =
      ask(header, "-fsyntax-only -Xclang -ast-dump -fno-color-diagnostics");
  for (const string& line : style::split(tree, '\n')) {
    const size_t depth = line.find_first_not_of("|`- ") / 2;
    open.resize(depth);
    bool inside = true;
    for (const bool scope : open) inside = inside && scope;
    open.push_back(is_scope(line));
    const string name = inside ? declared(line) : "";
    if (!is_left_out(name)) all.insert(name);
  }
  return all;
}

// The other headers that it includes and that have a mirror.
names mirrored_within(const string& header) {
  names found;
  static const std::regex path(
      R"(/usr/include/(?:x86_64-linux-gnu/|aarch64-linux-gnu/)?(\S+))");
  const string all = ask(header, "-M");
  for (std::sregex_iterator at(all.begin(), all.end(), path), end; at != end;
       ++at) {
    const string name = (*at)[1];
    if (name == header) continue;
    if (is_plain(name) || fs::exists("green/" + name)) found.insert(name);
  }
  return found;
}

// Words in lines of a comment, the first of which begins with the label.
string in_comment(const string& label, const string& words) {
  string text, line = "// " + label;
  for (const string& word : style::split(words, ' ')) {
    if (line.size() + 1 + word.size() > 80) {
      text += line + "\n";
      line = "//  ";
    }
    line += " " + word;
  }
  return text + line + "\n";
}

// sin, sinf and sinl share a line.
bool has_three(const names& all, const string& base) {
  return all.contains(base) && all.contains(base + "f") &&
         all.contains(base + "l");
}

string text_of(const plain_header& h) {
  const string name = h.name;
  names own = names_of(name);
  string includes;
  for (const string& other : mirrored_within(name)) {
    includes += "#include \"green/" + other + "\"\n";
    for (const string& theirs : names_of(other)) own.erase(theirs);
  }
  for (const string& macro : macros_of(name)) own.erase(macro);
  own.insert(h.added.begin(), h.added.end());
  for (const string& one : h.left_out) own.erase(one);
  string same, usings;
  for (const string& one : own) {
    same += " " + one;
    const string base = one.substr(0, one.size() - 1);
    if (has_three(own, base) && one.find_last_of("fl") == base.size()) continue;
    usings += "using ::" + one;
    if (has_three(own, one)) usings += ", ::" + one + "f, ::" + one + "l";
    usings += ";\n";
  }
  const string all =
      same.empty() ? "all macros"
                   : "all else is the original:" + same + " and all macros";
  return "// SPDX-License-Identifier: MIT\n//\n// Mirrors <" + name +
         ">. Made by tests/plain_mirrors_test.cc.\n//\n"
         "// Awaited: (nothing)\n" +
         in_comment("Same:", all) + in_comment("Differs:", h.differs) +
         in_comment("Missing:", h.missing) + "#pragma once\n\n#include <" +
         name + ">  // the original\n" + (includes.empty() ? "" : "\n") +
         includes +
         (usings.empty() ? ""
                         : "\nnamespace green {\n\n" + usings +
                               "\n}  // namespace green\n");
}

// clang-format sorts the names.
string formatted(const string& text) {
  const tests::temporary_folder folder;
  const auto ran = tests::shell("clang-format-19 --style=Google " +
                                folder.file("header.h", text));
  CHECK_MESSAGE(ran.status == 0, ran.text);
  return ran.text;
}

}  // namespace

TEST_CASE("the mirrors of headers in which nothing waits have all names") {
  if (!tests::installed("clang++-19") || !tests::installed("clang-format-19")) {
    MESSAGE("not run: clang is not installed");
    return;
  }
  const char* const folder = std::getenv("GREEN_WRITE_HEADERS");
  for (const plain_header& h : plain_headers) {
    const string wanted = formatted(text_of(h));
    if (folder != nullptr)
      std::ofstream(folder + ("/" + string(h.name))) << wanted;
    const bool same = style::read(string("green/") + h.name) == wanted;
    CHECK_MESSAGE(same, "green/"
                            << h.name
                            << " is not what the original says: write it anew "
                               "with GREEN_WRITE_HEADERS=green and this test");
  }
}
