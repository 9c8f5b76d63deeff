// SPDX-License-Identifier: MIT
#include "tools/greenify/check.h"

#include <deque>
#include <regex>
#include <sstream>
#include <utility>

namespace greenify {

using std::string;

void check_facts::merge(const check_facts& other) {
  for (const auto& [key, one] : other.functions) {
    function& known = functions.try_emplace(key, one).first->second;
    known.on_hub |= one.on_hub;
    known.coroutine |= one.coroutine;
    known.plain |= one.plain;
  }
  calls.insert(other.calls.begin(), other.calls.end());
  holds.insert(other.holds.begin(), other.holds.end());
  mistakes.insert(other.mistakes.begin(), other.mistakes.end());
  errors.insert(other.errors.begin(), other.errors.end());
  files.insert(other.files.begin(), other.files.end());
}

// ---- Chains ----

namespace {

string in_file(const place& at) {
  return at.file.substr(at.file.rfind('/') + 1) + ":" + std::to_string(at.line);
}

// The shortest way from each plain function to an original that holds.
class chains {
 public:
  struct way {
    string text;  // "log -> fprintf"
    const check_facts::hold* end = nullptr;
  };

  explicit chains(const check_facts& program) {
    std::deque<string> next;
    for (const auto& h : program.holds) {
      if (add(program, h.caller, h.original, h)) next.push_back(h.caller);
    }
    std::multimap<string, string> callers;
    for (const auto& c : program.calls) callers.emplace(c.callee, c.caller);
    for (; !next.empty(); next.pop_front()) {
      const way below = ways_.at(next.front());
      const auto [begin, end] = callers.equal_range(next.front());
      for (auto at = begin; at != end; ++at) {
        if (add(program, at->second, below.text, *below.end))
          next.push_back(at->second);
      }
    }
  }

  const way* from(const string& key) const {
    const auto found = ways_.find(key);
    return found == ways_.end() ? nullptr : &found->second;
  }

 private:
  bool add(const check_facts& program, const string& key, const string& below,
           const check_facts::hold& end) {
    const auto found = program.functions.find(key);
    if (found == program.functions.end() || found->second.coroutine)
      return false;
    const string text = found->second.name + " -> " + below;
    return ways_.try_emplace(key, way{text, &end}).second;
  }

  std::map<string, way> ways_;
};

bool on_hub(const check_facts& program, const string& key) {
  const auto found = program.functions.find(key);
  return found != program.functions.end() && found->second.on_hub;
}

}  // namespace

std::set<mistake> mistakes_of(const check_facts& program) {
  std::set<mistake> all = program.mistakes;
  for (const auto& h : program.holds) {
    if (!on_hub(program, h.caller)) continue;
    all.insert({h.at, "holds", h.original,
                h.original + " holds the hub: " + h.advice});
  }
  const chains ways(program);
  for (const auto& c : program.calls) {
    if (!on_hub(program, c.caller) || on_hub(program, c.callee)) continue;
    const chains::way* way = ways.from(c.callee);
    if (way == nullptr) continue;
    const auto& callee = program.functions.at(c.callee);
    const string remedy = callee.plain
                              ? "wait in a function that is a task instead"
                              : "make " + callee.name + " a task, and await it";
    all.insert({c.at, "holds", callee.name,
                way->text + " holds the hub: " + remedy + ". At " +
                    in_file(way->end->at) + ": " + way->end->advice});
  }
  return all;
}

// ---- Allowances ----

namespace {

struct allowance {
  std::set<string> names;
  bool reason = false;
  bool file = false;  // for all of its file
};

std::map<unsigned, allowance> allowances(const string& text) {
  static const std::regex comment(
      R"(//\s*greenify:\s*allow(-file)?\(([^)]*)\)\s*(.*))");
  static const std::regex word(R"([\w:]+)");
  std::map<unsigned, allowance> found;
  std::istringstream in(text);
  unsigned number = 0;
  std::smatch match;
  for (string line; std::getline(in, line);) {
    ++number;
    if (!std::regex_search(line, match, comment)) continue;
    allowance& one = found[number];
    one.file = match[1].matched;
    one.reason = match[3].str().find_first_not_of(" \r") != string::npos;
    const string names = match[2];
    for (std::sregex_token_iterator at(names.begin(), names.end(), word), end;
         at != end; ++at) {
      one.names.insert(*at);
    }
  }
  return found;
}

bool allowed(const std::map<unsigned, allowance>& known, const mistake& m) {
  for (const auto& [line, one] : known) {
    const bool here = line == m.at.line || line + 1 == m.at.line;
    if (!one.reason || !(here || one.file)) continue;
    if (one.names.contains(m.rule) || one.names.contains(m.name)) return true;
  }
  return false;
}

}  // namespace

std::set<mistake> without_allowed(const std::set<mistake>& found,
                                  const std::map<string, string>& texts) {
  std::set<mistake> left;
  std::map<string, std::map<unsigned, allowance>> known;
  for (const auto& [file, text] : texts) {
    for (const auto& [line, one] : known[file] = allowances(text)) {
      if (one.reason) continue;
      left.insert({{file, 0, line},
                   "allow",
                   "allow",
                   "an allowance needs a reason: write "
                   "// greenify: allow(NAME) and why it is right"});
    }
  }
  for (const mistake& m : found) {
    if (!allowed(known[m.at.file], m)) left.insert(m);
  }
  return left;
}

}  // namespace greenify
