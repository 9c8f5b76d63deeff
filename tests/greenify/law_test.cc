// SPDX-License-Identifier: MIT
// The mirror law, for greenify's own twins: without green's words each is its
// original, but for differences of known kinds. So what is left compiles with
// the system's headers, and greenify makes the twin of it again.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/greenify/runs.h"
#include "tools/greenify/names.h"

namespace {

using std::string;
using tests::golden_program;

string replace(const string& text, const char* pattern, const char* with) {
  return std::regex_replace(text, std::regex(pattern), with);
}

// The end of the template arguments that begin at a <.
std::size_t end_of_arguments(const string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '<') ++depth;
    if (text[at] == '>' && --depth == 0) break;
  }
  return at;
}

// green::task<T> becomes T.
string without_tasks(string text) {
  const string word = "green::task<";
  for (std::size_t at = 0; (at = text.find(word, at)) != string::npos;) {
    const std::size_t begin = at + word.size();
    const std::size_t end = end_of_arguments(text, begin - 1);
    const string inner = text.substr(begin, end - begin);
    text.replace(at, end + 1 - at, inner.empty() ? "void" : inner);
  }
  return text;
}

// A name of green is the original's: std::mutex, or recv.
string with_original_names(string text) {
  static const auto names = greenify::names::read("green");
  static const auto originals = [] {
    std::map<string, string> found;
    for (const auto& [original, n] : names.all()) {
      if (!n.green.empty()) found[n.green] = original;
    }
    return found;
  }();
  static const std::regex name(R"(green((::\w+)+))");
  string result;
  auto at = text.cbegin();
  for (std::sregex_iterator it(text.begin(), text.end(), name), none;
       it != none; ++it) {
    result.append(at, (*it)[0].first);
    at = (*it)[0].second;
    string end, whole = it->str();
    while (!originals.contains(whole) && whole.rfind("::") > 5) {
      end = whole.substr(whole.rfind("::")) + end;
      whole.resize(whole.rfind("::"));
    }
    const auto found = originals.find(whole);
    result += (found == originals.end() ? whole : found->second) + end;
  }
  return result.append(at, text.cend());
}

// A guard in two statements, or a temporary one, is one of std's, by its name
// alone.
string with_guards(string text) {
  text = replace(text,
                 R"(co_await [\w.>-]+lock(_shared)?\(\); (const )?)"
                 R"((green::\w+ \w+\([^;]*), green::adopt_lock\);)",
                 "$2$3);");
  text = replace(text,
                 R"(co_await green::lock\([^;]*\); )"
                 R"((green::scoped_lock \w+\()green::adopt_lock, )",
                 "$1");
  text = replace(text, R"(co_await (\w+)\.scoped_lock\(\))",
                 "green::unique_lock($1)");
  return replace(text,
                 R"((green::unique_lock (\w+)\(\w+, )green::defer_lock\); )"
                 R"(co_await \2\.try_lock_for\(([^;]*)\);)",
                 "$1$3);");
}

// green_main is main again, and the main that ran it is gone.
string with_main(string text) {
  text = replace(text,
                 R"(\n\nint main\([^)]*\) \{\n  return )"
                 R"(green::run\(green_main[^}]*\})",
                 "");
  text = replace(text, "green_main", "main");
  return replace(text, R"(green::run\((\w+)(, )?)", "$1(");
}

string without_green(string text) {
  text = with_main(with_guards(text));
  text = replace(text, "#include \"green/green.h\"\n", "");
  text = replace(text, "#include \"green/([^\"]*)\"", "#include <$1>");
  text = replace(text, R"( \(\) -> green::task<[\w:]*> \{)", " {");
  text = replace(replace(text, "co_await ", ""), "co_return", "return");
  return with_original_names(without_tasks(text));
}

std::vector<string> words_of(const string& text) {
  const string code = replace(replace(text, "#[^\n]*", ""), "//[^\n]*", "");
  static const std::regex word(R"(\w+|"[^"\n]*"|[^\s\w])");
  std::vector<string> words;
  for (std::sregex_iterator at(code.begin(), code.end(), word), none;
       at != none; ++at) {
    words.push_back(at->str());
  }
  return words;
}

// The words that differ, as "OLD => NEW", by the longest common subsequence.
std::vector<string> differences(const std::vector<string>& a,
                                const std::vector<string>& b) {
  const std::size_t n = a.size(), m = b.size();
  std::vector<std::vector<unsigned>> common(n + 1,
                                            std::vector<unsigned>(m + 1));
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      common[i][j] = a[i] == b[j]
                         ? common[i + 1][j + 1] + 1
                         : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<string> all;
  for (std::size_t i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && a[i] == b[j]) {
      ++i, ++j;
      continue;
    }
    string before, after;
    while ((i < n || j < m) && !(i < n && j < m && a[i] == b[j])) {
      const bool drop =
          j == m || (i < n && common[i + 1][j] >= common[i][j + 1]);
      if (drop) {
        before += a[i++] + " ";
      } else {
        after += b[j++] + " ";
      }
    }
    all.push_back(before + "=> " + after);
  }
  return all;
}

// Each with its reason.
const char* const known[] = {
    // A coroutine cannot deduce its result: auto becomes a type.
    R"(auto => [\w:<>, *&]+ )",
    R"(=> - > [\w:<>, *&]+ )",
    R"(=> \( \) - > [\w:<>, *&]+ )",
    // An operand of a co_await takes parentheses.
    R"(=> [()] )",
    // green::recv has no second way to say that it is none of the program's.
    R"(: : => )",
    // The const of a result by value means nothing, and a task has none.
    R"(const => )",
    // A guard deduces its lock, and its typedef is not its name.
    R"(< [\w:<> ]+ > => )",
    R"(guard => std : : lock_guard )",
    R"(\{ => \( )",
    R"(\} => \) )",
    // A coroutine that awaits nothing needs a word of one.
    R"(=> return ; )",
    // `using std::thread;` stays for other names, and green:: is written out.
    R"(=> std : : )",
};

bool is_known(const string& difference) {
  return std::ranges::any_of(known, [&](const char* kind) {
    return std::regex_match(difference, std::regex(kind));
  });
}

struct twin {
  string text;
  int status;
};

twin greenified(const string& text, const string& name, const string& options) {
  const tests::temporary_folder folder;
  folder.file(name, text);
  const auto ran = tests::greenify(folder, "--out out " + options + name);
  const string out = std::filesystem::path(name).stem().string() + ".cc";
  CAPTURE(ran.text);
  CHECK(ran.status == 0);
  return {tests::contents(folder.at("out/" + out)), ran.status};
}

// Destructors, handlers, variable arrays and macros are written anew in these,
// or a declaration loses words that no coroutine can have. In templates a type
// asks for the result of a call.
const std::set<string> rewritten = {"function_try", "macros", "scopes",
                                    "templates", "words"};

// The golden programs in C++ that leave nothing to do, and keep their shape.
std::vector<golden_program> whole_programs() {
  std::vector<golden_program> all = tests::golden_programs();
  std::erase_if(all, [](const golden_program& p) {
    return !p.whole() || p.end != ".cc" || rewritten.contains(p.name);
  });
  return all;
}

}  // namespace

TEST_CASE("without green's words a twin is its original, and compiles") {
  const tests::temporary_folder folder;
  for (const golden_program& program : whole_programs()) {
    CAPTURE(program.name);
    const twin made = greenified(program.before(), program.name + program.end,
                                 "--no-verify --guards=law ");
    const string left = without_green(made.text);
    for (const string& difference :
         differences(words_of(program.before()), words_of(left))) {
      CHECK_MESSAGE(is_known(difference), difference);
    }
    folder.file(program.name + ".cc", left);
    const auto compiled =
        tests::shell("clang++-19 -std=c++20 -fsyntax-only -w " +
                     folder.at(program.name + ".cc"));
    CHECK_MESSAGE(compiled.status == 0, compiled.text << left);

    const twin again =
        greenified(left, program.name + ".cc", "--no-verify --guards=law ");
    for (const string& difference :
         differences(words_of(made.text), words_of(again.text))) {
      CHECK_MESSAGE(is_known(difference), "again: " << difference);
    }
  }
}
