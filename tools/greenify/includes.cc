// SPDX-License-Identifier: MIT
#include "tools/greenify/includes.h"

#include <cctype>
#include <string_view>

namespace greenify {

namespace {

// Goes through the lines of a text and knows which of them are in a comment.
class scanner {
 public:
  explicit scanner(const std::string& text) : text_(text) {}

  source run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    while (at_ < text_.size()) {
      const std::size_t end = text_.find('\n', at_);
      const std::size_t next = end == text_.npos ? text_.size() : end + 1;
      look_at(text_.substr(at_, next - at_), next);
      at_ = next;
    }
    return std::move(found_);
  }

 private:
  void look_at(std::string_view line, std::size_t next) {
    const bool within = in_comment_;
    const std::size_t code = skip_comments(line);
    if (within && code == line.npos) return;
    if (code == line.npos) return;
    if (line[code] != '#') {
      if (!seen_code_ && found_.top == 0) found_.top = outside();
      seen_code_ = true;
      count_braces(line.substr(code));
      return;
    }
    std::size_t word = line.find_first_not_of(" \t", code + 1);
    if (word == line.npos) return;
    std::size_t end = word;
    while (end < line.size() &&
           std::isalpha(static_cast<unsigned char>(line[end])) != 0) {
      ++end;
    }
    directive(line.substr(word, end - word), line, end, next);
  }

  // The offset of the first character outside of comments, or npos.
  std::size_t skip_comments(std::string_view line) {
    std::size_t first = line.npos;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (in_comment_) {
        const std::size_t end = line.find("*/", i);
        if (end == line.npos) return first;
        in_comment_ = false;
        i = end + 1;
      } else if (line.substr(i, 2) == "//") {
        return first;
      } else if (line.substr(i, 2) == "/*") {
        in_comment_ = true;
        ++i;
      } else if (line[i] == '"' && first != line.npos) {
        i = end_of_string(line, i);
      } else if (first == line.npos &&
                 !std::isspace(static_cast<unsigned char>(line[i]))) {
        first = i;
      }
    }
    return first;
  }

  // Follows the block of an extern "C", in which no template may stand.
  void count_braces(std::string_view code) {
    if (braces_ == 0 && !code.starts_with("extern \"C\"")) return;
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (code.substr(i, 2) == "//") return;
      if (code[i] == '"') {
        i = end_of_string(code, i);
      } else if (code[i] == '\'') {
        i += code.substr(i + 1, 1) == "\\" ? 3 : 2;
      } else if (code[i] == '{') {
        ++braces_;
      } else if (code[i] == '}' && braces_ > 0) {
        --braces_;
      }
    }
  }

  static std::size_t end_of_string(std::string_view line, std::size_t i) {
    for (++i; i < line.size() && line[i] != '"'; ++i) {
      if (line[i] == '\\') ++i;
    }
    return i;
  }

  void directive(std::string_view word, std::string_view line,
                 std::size_t after, std::size_t next) {
    const bool first = directives_++ == 0 && !seen_code_;
    if (word == "include") {
      include(line, after, next);
    } else if (word == "ifndef" && first) {
      guard_ = true;
    } else if (word == "define" && guard_ && directives_ == 2) {
      found_.top = unsigned(next);
    } else if (word == "pragma" && line.find("once", after) != line.npos) {
      found_.top = unsigned(next);
    } else if (word.starts_with("if")) {
      if (depth_++ == 0) outermost_ = at_;
    } else if (word == "endif" && depth_ > 0) {
      --depth_;
    }
  }

  void include(std::string_view line, std::size_t after, std::size_t next) {
    const std::size_t begin = line.find_first_of("<\"", after);
    if (begin == line.npos) return;
    const std::size_t end =
        line.find(line[begin] == '<' ? '>' : '"', begin + 1);
    if (end == line.npos) return;
    if (found_.includes.empty() && found_.top == 0) found_.top = outside();
    // A header of green has templates: it comes before the block.
    if (braces_ > 0) return;
    found_.includes.push_back(
        {unsigned(at_ + begin), unsigned(end + 1 - begin), unsigned(next),
         std::string(line.substr(begin + 1, end - begin - 1)), depth_ > 0, ""});
  }

  // Where this line begins, or the outermost #if around it.
  unsigned outside() const { return unsigned(depth_ == 0 ? at_ : outermost_); }

  const std::string& text_;
  source found_;
  std::size_t at_ = 0;
  int directives_ = 0;
  int depth_ = 0;
  int braces_ = 0;             // open, since an extern "C"
  std::size_t outermost_ = 0;  // the begin of the #if at depth 1
  bool guard_ = false;
  bool in_comment_ = false;
  bool seen_code_ = false;
};

std::string line_of(const std::string& include) {
  return include.front() == '<' ? "#include " + include + "\n"
                                : "#include \"" + include + "\"\n";
}

// Includes stand before all that is inserted at the same place.
constexpr long before_all = -(1L << 60);

void add_to(const std::string& file, const source& text,
            const std::set<std::string>& needed, std::vector<edit>& edits) {
  std::set<std::string> there;
  unsigned place = text.top;
  for (const source::include& i : text.includes) {
    there.insert(i.green.empty() ? i.name : i.green);
    there.insert("<" + i.name + ">");
    if (!i.green.empty()) {
      edits.push_back({file, i.offset, i.length, "\"" + i.green + "\""});
    }
    if (!i.conditional) place = i.line_end;
  }
  std::string added;
  for (const std::string& include : needed) {
    if (!there.contains(include)) added += line_of(include);
  }
  if (!added.empty()) edits.push_back({file, place, 0, added, before_all});
}

}  // namespace

source scan_includes(const std::string& text) { return scanner(text).run(); }

void add_includes(const facts& program,
                  const std::map<std::string, std::set<std::string>>& needed,
                  plan& made) {
  for (auto& [file, edits] : made.edits) {
    const auto text = program.files.find(file);
    if (text == program.files.end()) continue;
    const auto headers = needed.find(file);
    add_to(file, text->second,
           headers == needed.end() ? std::set<std::string>() : headers->second,
           edits);
  }
}

}  // namespace greenify
