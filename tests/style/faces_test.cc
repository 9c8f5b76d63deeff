// SPDX-License-Identifier: MIT
// A public header explains itself: its opening says what it is, and each of its
// functions has a doc comment.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"

namespace {

using std::size_t;
using std::string;
using style::complain;
using style::is_mirror;
using style::line_at;
using style::opening_comment;
using style::own_headers;
using style::programs_in;
using style::source;
using style::sources;

constexpr size_t max_columns = 80;
constexpr size_t max_words = 25;

bool is_own(const source& file) {
  return file.folder == "green" &&
         own_headers.count(file.path.substr(file.folder.size() + 1)) != 0;
}

bool is_public(const source& file) { return is_own(file) || is_mirror(file); }

// ---- Openings ----

bool in_program(const source& file, size_t line) {
  return std::ranges::any_of(programs_in(file), [&](const style::program& p) {
    const auto lines = std::ranges::count(p.text, '\n');
    return line >= p.line && line < p.line + static_cast<size_t>(lines);
  });
}

// Without programs, tables and lists of names.
string prose_of_opening(const source& file) {
  static const std::regex label("^[A-Z][a-z]+:"), names("^(Awaited|Own|Same):");
  string text;
  bool left_out = false;
  size_t line = file.has_extension() ? 2 : 3;
  for (const string& words : opening_comment(file)) {
    if (std::regex_search(words, label)) {
      left_out = std::regex_search(words, names);
    } else if (!words.starts_with("  ")) {
      left_out = false;
    } else if (words.starts_with("  |")) {
      left_out = true;
    }
    if (!left_out && !in_program(file, line))
      text += (words.empty() ? string("\n") : words) + " ";
    ++line;
  }
  return text;
}

void check_sentences(const source& file, size_t line, const string& text) {
  static const std::regex end(R"([.?!:;]?\n|[.?!:]["`)]?\s)");
  for (std::sregex_token_iterator s(text.begin(), text.end(), end, -1), none;
       s != none; ++s) {
    std::istringstream in(s->str());
    size_t words = 0;
    for (string word; in >> word;) ++words;
    if (words <= max_words) continue;
    complain(file, line,
             "a sentence of " + std::to_string(words) + " words: \"" +
                 s->str().substr(0, 60) +
                 "...\"; make several of it, of at "
                 "most " +
                 std::to_string(max_words));
  }
}

// Of the doc comments; what is indented in them is code.
void check_doc_sentences(const source& file) {
  static const std::regex line("^ */// ?(.*)");
  std::smatch match;
  string text;
  size_t first = 0;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    if (std::regex_search(file.lines[i], match, line)) {
      if (text.empty()) first = i + 1;
      const string words = match[1].str();
      text += words.empty() || words.starts_with("  ") ? "\n" : words + " ";
    } else if (!text.empty()) {
      check_sentences(file, first, text);
      text.clear();
    }
  }
}

// ---- Declarations ----

struct declaration {
  string name;
  size_t line;
};

// The name before the first parenthesis; empty for a deduction guide, and for a
// definition outside of its class.
string function_name(const string& head) {
  static const std::regex guide(R"(^(explicit )?\w+\s*\(.*\) ->)");
  static const std::regex call(R"(\boperator\s*(\(\)|co_await|[^\s(\w]+))");
  static const std::regex plain(R"((::)?(~?\w+)\s*\((?!auto\)))");
  std::smatch match;
  if (std::regex_search(head, guide)) return "";
  if (std::regex_search(head, match, call)) return "operator " + match[1].str();
  if (!std::regex_search(head, match, plain)) return "";
  return match[1].matched ? "" : match[2].str();
}

size_t skip_balanced(const string& text, size_t at, char open, char close) {
  size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == open) ++depth;
    if (text[at] == close && --depth == 0) return at + 1;
  }
  return text.size();
}

size_t skip_space(const string& text, size_t at) {
  while (at < text.size() && std::isspace(text[at]) != 0) ++at;
  return at;
}

// A declaration in one line, without what stands before it in parentheses or
// brackets.
string without_prefix(const string& text) {
  string head;
  std::istringstream in(text);
  for (string word; in >> word;) head += (head.empty() ? "" : " ") + word;
  for (;;) {
    head.erase(0, skip_space(head, 0));
    size_t end = 0;
    if (head.starts_with("template")) {
      end = skip_balanced(head, 0, '<', '>');
    } else if (head.starts_with("requires(")) {
      end = skip_balanced(head, 0, '(', ')');
    } else if (head.starts_with("[[")) {
      end = skip_balanced(head, 0, '[', ']');
    }
    if (end == 0) return head;
    head.erase(0, end);
  }
}

// The functions that a header offers: those of its namespaces and of the public
// parts of its classes. Left out are those that are deleted, defaulted or
// overridden, destructors, and what a co_await calls.
class offered_functions {
 public:
  explicit offered_functions(const source& file) : code_(file.code) {
    for (size_t i = 0; i < code_.size(); ++i) {
      if (code_[i] == '#') {
        i = begin_ = std::min(code_.find('\n', i), code_.size());
      } else if (code_[i] == '(') {
        i = skip_balanced(code_, i, '(', ')') - 1;
      } else if (code_[i] == '{') {
        i = open(i);
      } else if (code_[i] == '}') {
        if (!scopes_.empty()) scopes_.pop_back();
        begin_ = i + 1;
      } else if (code_[i] == ';') {
        declared(code_.substr(begin_, i - begin_));
        begin_ = i + 1;
      } else if (code_[i] == ':') {
        label(i);
      }
    }
  }

  const std::vector<declaration>& all() const { return all_; }

 private:
  // A namespace or a class: is what is declared now public?
  struct scope {
    bool is_class;
    bool is_public;
  };

  bool offered() const {
    return std::ranges::all_of(scopes_,
                               [](const scope& s) { return s.is_public; });
  }

  // Of a brace: its scope is entered, or what it encloses is left out.
  size_t open(size_t at) {
    static const std::regex space(R"(^(inline )?namespace\b)");
    static const std::regex type(R"(^(class|struct|union|enum)\b)");
    const string head = code_.substr(begin_, at - begin_);
    const string bare = without_prefix(head);
    std::smatch kind;
    if (std::regex_search(bare, space)) {
      scopes_.push_back({false, true});
      begin_ = at + 1;
    } else if (std::regex_search(bare, kind, type) &&
               bare.find('(') == string::npos) {
      scopes_.push_back({true, kind[1].str() != "class"});
      begin_ = at + 1;
    } else {
      const size_t end = skip_balanced(code_, at, '{', '}');
      const size_t next = skip_space(code_, end);
      // A body, and no initialiser of a member or of a variable.
      if (next >= code_.size() ||
          string(";,{=)").find(code_[next]) == string::npos) {
        declared(head);
        begin_ = end;
      }
      return end - 1;
    }
    return at;
  }

  void label(size_t at) {
    if (scopes_.empty() || !scopes_.back().is_class) return;
    const string word = without_prefix(code_.substr(begin_, at - begin_));
    const bool is_public = word == "public";
    if (!is_public && word != "private" && word != "protected") return;
    scopes_.back().is_public = is_public;
    begin_ = at + 1;
  }

  void declared(const string& head) {
    static const std::regex other(
        R"(^(using|typedef|static_assert|friend (class|struct)|extern)\b)");
    static const std::regex given(R"(=\s*(delete|default|0)\s*$)");
    static const std::regex overrides(R"(\)[^)]*\b(override|final)\b)");
    static const std::regex variable(R"(^[^(]*[^=!<>]=[^=])");
    static const std::regex awaited(
        R"(^(await_\w+|operator co_await|at_once|give_back)$)");
    static const std::regex awaitable(R"(^(explicit )?\w+_wait(er|_base)?\()");
    const string bare = without_prefix(head);
    if (!offered() || bare.find('(') == string::npos) return;
    const string name = function_name(bare);
    if (name.empty() || name.starts_with("~") ||
        std::regex_search(name, awaited)) {
      return;
    }
    for (const std::regex* kind :
         {&other, &given, &overrides, &awaitable, &variable}) {
      if (kind == &variable && name.starts_with("operator")) continue;
      if (std::regex_search(bare, *kind)) return;
    }
    all_.push_back({name, line_at(code_, skip_space(code_, begin_))});
  }

  const string& code_;
  size_t begin_ = 0;
  std::vector<scope> scopes_;
  std::vector<declaration> all_;
};

// An overload that follows shares the comment. Returns how many functions there
// are.
size_t check_doc_comments(const source& file) {
  static const std::regex doc_comment("^ *///");
  const offered_functions offered(file);
  string told;
  for (const declaration& d : offered.all()) {
    if (std::regex_search(file.lines[d.line - 2], doc_comment)) {
      told = d.name;
    } else if (d.name != told) {
      complain(file, d.line,
               "write a doc comment (///) for " + d.name +
                   ": its source first, and then what differs");
    }
  }
  return offered.all().size();
}

}  // namespace

TEST_CASE("an own header opens with what it is, a program, and the contract") {
  const std::regex kill("\\b(kill|killed|kills)\\b", std::regex::icase);
  const std::regex thread("\\bthreads?\\b", std::regex::icase);
  size_t seen = 0;
  for (const source& file : sources()) {
    if (!is_own(file)) continue;
    ++seen;
    const auto comment = opening_comment(file);
    const string text = prose_of_opening(file);
    if (comment.size() < 2 || !comment[0].empty() || comment[1].empty())
      complain(file, 2, "write, after an empty //, what the header is for");
    if (programs_in(file).empty())
      complain(file, 2, "show a program of some ten lines, indented by two");
    if (text.find("docs/contract.md") == string::npos ||
        !std::regex_search(text, kill)) {
      complain(file, 2,
               "say what a kill or timeout does, beside docs/contract.md");
    }
    if (!std::regex_search(text, thread))
      complain(file, 2, "say from which threads it may be used");
  }
  CHECK(seen == own_headers.size());
}

TEST_CASE("a mirror says what a kill or timeout does") {
  for (const source& file : sources()) {
    if (!is_mirror(file)) continue;
    const auto comment = opening_comment(file);
    const bool waits = std::ranges::none_of(comment, [](const string& line) {
      return line == "Awaited: (nothing)" || line == "Awaited: none";
    });
    if (!waits ||
        prose_of_opening(file).find("docs/contract.md") != string::npos)
      continue;
    complain(file, 2,
             "write \"A kill or timeout is thrown (docs/contract.md).\"");
  }
}

TEST_CASE("sentences in the comments of a public header are short") {
  for (const source& file : sources()) {
    if (!is_public(file)) continue;
    check_sentences(file, 1, prose_of_opening(file));
    check_doc_sentences(file);
  }
}

TEST_CASE("lines of the library are no wider than 80 columns") {
  for (const source& file : sources()) {
    const string& in = file.folder;
    if (in != "core" && in != "hub" && in != "green") continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const size_t columns =
          static_cast<size_t>(std::ranges::count_if(file.lines[i], [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
          }));
      if (columns > max_columns) complain(file, i + 1, "break the line");
    }
  }
}

TEST_CASE("each public function has a doc comment") {
  size_t functions = 0;
  for (const source& file : sources()) {
    if (is_public(file)) functions += check_doc_comments(file);
  }
  CHECK(functions > 300);
}
