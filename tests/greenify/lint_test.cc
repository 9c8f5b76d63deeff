// SPDX-License-Identifier: MIT
// green/lint.h and its parts are made by this test, from the lists that open
// the mirrors. With GREEN_WRITE_HEADERS=FOLDER it writes them to FOLDER, which
// is "green".
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"
#include "tools/greenify/names.h"

namespace {

namespace fs = std::filesystem;
using greenify::list;
using greenify::name;
using greenify::names;
using std::size_t;
using std::string;

// The files by their paths below green/.
using headers = std::map<string, string>;

const names& all() {
  static const names read = names::read("green");
  return read;
}

// ---- The text of the parts ----

string mark(const string& says) { return "[[deprecated(\"" + says + "\")]]"; }

string to_await(const string& green) {
  return "holds the hub: co_await " + green;
}

string opening(const string& path, const string& about) {
  const bool has_extension = path.ends_with(".h");
  return (has_extension ? "" : "// green/" + path + " -*- C++ -*-\n") +
         "// SPDX-License-Identifier: MIT\n//\n" + about +
         "\n// Made by tests/greenify/lint_test.cc.\n#pragma once\n\n";
}

// The function has the type that its header gave it.
string redeclared(const string& original, const string& says) {
  return "decltype(::" + original + ") " + original + " " + mark(says) + ";\n";
}

// They wait when the process ends.
const std::set<string> ends = {"err", "errx", "verr", "verrx"};

// The names that tests/docs/blocking_names.txt has and that green lacks.
std::set<string> missing_that_wait() {
  std::set<string> found;
  const string file = style::read("tests/docs/blocking_names.txt");
  for (const string& line : style::split(file, '\n')) {
    if (line.starts_with("#")) continue;
    std::istringstream words(line);
    for (string word; words >> word;) {
      const name* known = all().find(word);
      if (known != nullptr && known->in == list::missing &&
          !ends.contains(word))
        found.insert(word);
    }
  }
  return found;
}

// Those that the header declares.
std::set<string> declared_by(const string& header,
                             const std::set<string>& wanted) {
  const tests::temporary_folder folder;
  std::set<string> found = wanted;
  string text = "#include <" + header + ">\n#line 1\n";
  for (const string& one : wanted) text += "using ::" + one + ";\n";
  const string path = folder.file("asks.cc", text);
  const auto ran = tests::shell("clang++-19 -fsyntax-only -ferror-limit=0 " +
                                path + " || true");
  static const std::regex error(R"(no member named '(\w+)')");
  for (std::sregex_iterator at(ran.text.begin(), ran.text.end(), error), end;
       at != end; ++at) {
    found.erase((*at)[1]);
  }
  return found;
}

// The functions of C that a header declares.
void add_functions_of_c(headers& files) {
  std::map<string, string> marks;
  for (const auto& [original, one] : all().all()) {
    const string& header = all().mirrors()[one.mirror].header;
    if (one.in != list::awaited || !header.ends_with(".h")) continue;
    if (header.starts_with("openssl/")) continue;
    marks[header] += redeclared(original, to_await(one.green));
  }
  std::map<string, std::set<string>> lacking;
  for (const string& original : missing_that_wait()) {
    const name& one = *all().find(original);
    lacking[all().mirrors()[one.mirror].header].insert(original);
  }
  for (const auto& [header, wanted] : lacking) {
    for (const string& original : declared_by(header, wanted)) {
      marks[header] +=
          redeclared(original, "holds the hub: see Missing in green/" + header);
    }
  }
  for (const auto& [header, text] : marks) {
    const string path = "lints/" + header;
    files[path] =
        opening(path, "// The functions of <" + header + "> that wait.") +
        "#include <" + header + ">\n\nextern \"C\" {\n\n" + text +
        "\n}  // extern \"C\"\n";
  }
}

// What the compiler is to know of a name of std before its header comes.
const std::map<string, string> before_headers = {
    {"std::barrier", "template <class> class"},
    {"std::condition_variable", "class"},
    {"std::condition_variable_any", "inline namespace _V2 { class % }"},
    {"std::counting_semaphore", "template <ptrdiff_t> class"},
    {"std::future", "template <class> class"},
    {"std::jthread", "class"},
    {"std::latch", "class"},
    {"std::mutex", "class"},
    {"std::packaged_task", "template <class> class"},
    {"std::recursive_mutex", "class"},
    {"std::recursive_timed_mutex", "class"},
    {"std::shared_future", "template <class> class"},
    {"std::shared_mutex", "class"},
    {"std::shared_timed_mutex", "class"},
    {"std::thread", "class"},
    {"std::timed_mutex", "class"},
};

const std::map<string, string> functions = {
    {"std::lock",
     "template <class A, class B, class... C> % void "
     "lock(A&, B&, C&...);"},
    {"std::call_once",
     "struct once_flag;\ntemplate <class F, class... A> % "
     "void call_once(once_flag&, F&&, A&&...);"},
    {"std::this_thread::yield",
     "namespace this_thread { % void yield() "
     "noexcept; }"},
};

const std::map<string, string> functions_of_time = {
    {"std::this_thread::sleep_for",
     "template <class R, class P> % void sleep_for("
     "const chrono::duration<R, P>&);"},
    {"std::this_thread::sleep_until",
     "template <class C, class D> % void sleep_until("
     "const chrono::time_point<C, D>&);"},
};

// Classes of which no mark can be put where they wait. A unique_lock waits for
// its mutex, which is marked, and few programs wait for an atomic.
const std::set<string> unmarked = {
    "std::atomic",      "std::atomic_flag", "std::atomic_ref",
    "std::shared_lock", "std::unique_lock", "std::filesystem::directory_entry",
    "std::generator"};

string in_place(string declaration, const string& original) {
  return declaration.replace(declaration.find('%'), 1,
                             mark(to_await(all().find(original)->green))) +
         "\n";
}

// Names of std are marked before their headers come: a compiler takes no mark
// behind a definition.
string of_std() {
  string text = "#include <cstddef>\n\nnamespace std {\n\n";
  for (const auto& [original, kind] : before_headers) {
    string one = kind.find('%') == string::npos ? kind + " %" : kind;
    text += one.replace(one.find('%'), 1,
                        mark("holds the hub: " + all().find(original)->green) +
                            " " + original.substr(5) + ";") +
            "\n";
  }
  for (const auto& [original, declaration] : functions)
    text += in_place(declaration, original);
  text +=
      "\n}  // namespace std\n\n#include <chrono>\n\n"
      "namespace std::this_thread {\n\n";
  for (const auto& [original, declaration] : functions_of_time)
    text += in_place(declaration, original);
  return text +
         "\n}  // namespace std::this_thread\n\n// Inside of lint.h, what "
         "these headers say "
         "of themselves is silent.\n#include <barrier>\n"
         "#include <condition_variable>\n#include <future>\n"
         "#include <latch>\n#include <mutex>\n#include <semaphore>\n"
         "#include <shared_mutex>\n#include <thread>\n\n"
         "namespace std {\n\nusing binary_semaphore " +
         mark("holds the hub: green::binary_semaphore") +
         " = counting_semaphore<1>;\n\n}  // namespace std\n";
}

// What clang says of the overloads in std::filesystem: name and type.
std::set<std::pair<string, string>> overloads() {
  static const std::regex function(
      R"(FunctionDecl 0x.* (\w+) '([^']*\bpath[^']*)')");
  const tests::temporary_folder folder;
  const auto ran = tests::shell(
      "clang++-19 -std=c++20 -fsyntax-only -fno-color-diagnostics -Xclang "
      "-ast-dump -Xclang -ast-dump-filter=std::filesystem:: " +
      folder.file("asks.cc", "#include <filesystem>\n"));
  REQUIRE_MESSAGE(ran.status == 0, ran.text);
  std::set<std::pair<string, string>> found;
  std::smatch match;
  for (const string& line : style::split(ran.text, '\n')) {
    if (!line.starts_with("FunctionDecl")) continue;
    if (!std::regex_search(line, match, function)) continue;
    const name* one = all().awaited("std::filesystem::" + match[1].str());
    if (one == nullptr) continue;
    const string type =
        std::regex_replace(match[2].str(), std::regex(" &"), "&");
    // The current path without a new one is in the kernel's memory.
    if (match[1] == "current_path" && type.starts_with("path")) continue;
    found.emplace(match[1], type);
  }
  return found;
}

// A header has at most 300 lines, so there are two of them.
bool asks(const string& one) {
  static const std::set<string> questions = {
      "canonical",       "equivalent", "exists",         "file_size",
      "hard_link_count", "proximate",  "read_symlink",   "relative",
      "space",           "status",     "symlink_status", "temp_directory_path",
      "weakly_canonical"};
  return one.starts_with("is_") || questions.contains(one);
}

string of_filesystem(bool questions) {
  string text =
      "#include <bits/fs_fwd.h>\n\n#include <cstdint>\n"
      "#include <system_error>\n#include <type_traits>\n\n"
      "namespace std::filesystem {\n\n";
  if (!questions) {
    text += "inline namespace __cxx11 {\n\n";
    for (const string one :
         {"directory_iterator", "recursive_directory_iterator"}) {
      text += "class " + mark(to_await("green::filesystem::" + one)) + " " +
              one + ";\n";
    }
    text += "\n}  // namespace __cxx11\n\n";
  }
  for (const auto& [one, type] : overloads()) {
    if (asks(one) != questions) continue;
    text += "type_identity_t<" + type + "> " + one + " " +
            mark(to_await("green::filesystem::" + one)) + ";\n";
  }
  return text + "\n}  // namespace std::filesystem\n";
}

const char* const about = R"(
// Marks the originals that wait, so that any compiler lists what is left to
// port:
//
//   g++ -std=c++20 -Igreen's-folder -include green/lint.h -fsyntax-only FILE
//
// A warning names the place and the name to write: "holds the hub: co_await
// green::recv". The header changes no program. Under -Werror add
// -Wno-error=deprecated-declarations.
//
// It marks functions of the C library, functions of std, and std's classes with
// members that wait. Members have no marks of their own, so these stay silent:
// the wait of an atomic, a directory_entry, iostreams, and locks of a class of
// the program. So do calls through a pointer that was made elsewhere. err, errx
// and their like may hold the hub, but they end the process.
//
// It is for C++ with glibc and libstdc++. Force it in before all other headers.
// Then green's own headers are silent. C has no decltype. So let g++ read a file
// in C as C++, by -x c++ -fpermissive before its name.)";

string of_lint(const headers& files) {
  string text = opening("lint.h", string(about).substr(1) + "\n//");
  text +=
      "#pragma GCC system_header\n#pragma GCC diagnostic push\n"
      "#pragma GCC diagnostic ignored \"-Wdeprecated-declarations\"\n\n";
  // Those of std come first: the others may include std's headers.
  for (const bool std : {true, false}) {
    for (const auto& [path, part] : files) {
      const bool is_std = path.starts_with("lints/std.h") ||
                          path.starts_with("lints/filesystem");
      if (is_std == std) text += "#include \"green/" + path + "\"\n";
    }
    text += std ? "// The C library's.\n" : "";
  }
  return text + "\n#pragma GCC diagnostic pop\n";
}

string formatted(const string& text) {
  const tests::temporary_folder folder;
  const auto ran = tests::shell("clang-format-19 --style=Google " +
                                folder.file("header.h", text));
  CHECK_MESSAGE(ran.status == 0, ran.text);
  return ran.text;
}

headers wanted() {
  headers files;
  add_functions_of_c(files);
  files["lints/std.h"] =
      opening("lints/std.h", "// The functions and classes of std that wait.") +
      of_std();
  files["lints/filesystem.h"] =
      opening("lints/filesystem.h",
              "// Those of std::filesystem that read a folder or change one.") +
      of_filesystem(false);
  files["lints/filesystem_questions.h"] =
      opening("lints/filesystem_questions.h",
              "// The functions of std::filesystem that look at a path.") +
      of_filesystem(true);
  files["lint.h"] = of_lint(files);
  for (auto& [path, text] : files) text = formatted(text);
  return files;
}

bool can_run() {
  if (tests::installed("clang++-19") && tests::installed("clang-format-19"))
    return true;
  MESSAGE("not run: clang is not installed");
  return false;
}

}  // namespace

TEST_CASE("green/lint.h marks the names of the lists") {
  if (!can_run()) return;
  const char* const folder = std::getenv("GREEN_WRITE_HEADERS");
  const headers files = wanted();
  for (const auto& [path, text] : files) {
    if (folder != nullptr) {
      const fs::path target = fs::path(folder) / path;
      fs::create_directories(target.parent_path());
      std::ofstream(target) << text;
    }
    const bool same = style::read("green/" + path) == text;
    CHECK_MESSAGE(same, "green/" << path
                                 << " is not what the lists say: write it anew "
                                    "with GREEN_WRITE_HEADERS=green and this "
                                    "test");
  }
  for (const auto& entry : fs::recursive_directory_iterator("green/lints")) {
    if (entry.is_directory()) continue;
    const string path = entry.path().lexically_relative("green").string();
    CHECK_MESSAGE(files.contains(path), "delete green/" << path);
  }
}

TEST_CASE("each awaited name of std is marked, or told of") {
  for (const auto& [original, one] : all().all()) {
    if (one.in != list::awaited || !original.starts_with("std::")) continue;
    if (original.starts_with("std::filesystem::")) continue;
    if (original.starts_with("std::atomic")) continue;
    // A member's class, which is marked in its place.
    string marked = original;
    if (all().prefixed(original) == nullptr)
      marked = original.substr(0, original.rfind("::"));
    const bool known =
        before_headers.contains(marked) || functions.contains(marked) ||
        functions_of_time.contains(marked) || unmarked.contains(marked) ||
        marked == "std::binary_semaphore";
    CHECK_MESSAGE(known, "say in tests/greenify/lint_test.cc how "
                             << marked << " is declared");
  }
}
