// SPDX-License-Identifier: MIT
//
// greenify --check: the mistakes of a program that uses green. A visitor notes
// facts while clang parses (checker.h). What they mean is decided here, without
// a compiler.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/facts.h"

namespace greenify {

/// A mistake. Its rule is a word for allow(): holds, dropped, held, dangles,
/// gcc12, swallowed, shared, lost.
struct mistake {
  place at;
  std::string rule;
  std::string name;  // the function or variable that it is about
  std::string text;  // what, why, and what to write
  auto operator<=>(const mistake&) const = default;
};

/// What a check knows of a program. A function is named by its key.
struct check_facts {
  struct function {
    std::string name;
    bool on_hub = false;  // a coroutine, or a function that a hub calls
    bool coroutine = false;
    bool plain = false;  // a constructor or a destructor: it can be no task
  };
  struct call {
    std::string caller;
    std::string callee;
    place at;
    auto operator<=>(const call&) const = default;
  };
  /// A call of an original that may hold its thread.
  struct hold {
    std::string caller;
    place at;
    std::string original;
    std::string advice;
    auto operator<=>(const hold&) const = default;
  };

  std::map<std::string, function> functions;
  std::set<call> calls;
  std::set<hold> holds;
  std::set<mistake> mistakes;
  std::set<finding> errors;
  std::set<std::string> files;  // of the program
  void merge(const check_facts& other);
};

/// Facts as bytes, and back, for processes that parse.
std::string pack_check(const check_facts& found);
check_facts unpack_check(const std::string& bytes);

/// All mistakes: those that were noted, and the calls on a hub that hold it,
/// each with its chain: "log -> fprintf".
std::set<mistake> mistakes_of(const check_facts& program);

/// Without those that a comment allows, on their line or the line above:
/// `// greenify: allow(RULE or NAME) reason`. With allow-file a comment is for
/// its whole file. An allowance without a reason is a mistake of its own.
std::set<mistake> without_allowed(
    const std::set<mistake>& found,
    const std::map<std::string, std::string>& texts);

/// A list of functions that hold their thread: a line "NAME: ADVICE" each, and
/// comments with #. Throws std::runtime_error, with the line's number.
std::map<std::string, std::string> parse_holders(const std::string& text,
                                                 const std::string& file);

/// The functions that a part of green/lint.h marks, and that no mirror has.
std::map<std::string, std::string> holders_of_lint(const std::string& text);

/// Functions of std and of known libraries that hold their thread.
const std::map<std::string, std::string>& known_holders();

/// Whether a mistake may have this rule.
bool is_rule(const std::string& word);

std::string check_text(const std::set<mistake>& found,
                       const std::string& folder);
std::string check_json(const std::set<mistake>& found,
                       const std::string& folder);
std::string check_sarif(const std::set<mistake>& found,
                        const std::string& folder);

}  // namespace greenify
