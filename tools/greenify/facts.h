// SPDX-License-Identifier: MIT
//
// The facts of a program that greenify collects while clang parses it. They
// hold every edit that may be made. The solver decides later which of them are
// made, and needs no compiler for that.
//
// Facts of several translation units merge. A place that several units see, or
// several instantiations of a template, is one site, and its callees unite.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace greenify {

/// A point of a file. The path is absolute and has no links.
struct place {
  std::string file;
  unsigned offset = 0;
  unsigned line = 0;
  auto operator<=>(const place&) const = default;
};

/// A change of text: `length` bytes become `text`. If moved_to is not 0, the
/// bytes move there instead, together with the edits inside them.
struct edit {
  std::string file;
  unsigned offset = 0;
  unsigned length = 0;
  std::string text;
  /// Among insertions at one offset, the lower order stands further left.
  long order = 0;
  unsigned moved_to = 0;
  auto operator<=>(const edit&) const = default;
};

enum class level { note, warning, error };

/// A line of the report.
struct finding {
  place at;
  level how = level::error;
  std::string text;
  auto operator<=>(const finding&) const = default;
};

/// Stands in an edit of a node for the type that its body deduces.
inline constexpr char deduced = '\x01';

/// What is done together when a node or a site is of one kind: edits, the
/// headers that the edited files then need, and lines of the report.
struct change {
  std::set<edit> edits;
  std::set<std::pair<std::string, std::string>> headers;  // file, include
  std::set<finding> findings;
  void merge(const change& other);
};

/// A function, a lambda, or a slot, which is a thing that holds a callable: a
/// function pointer, a std::function. It is a task, or it is plain.
struct node {
  enum class kind { function, lambda, main, constructor, destructor, slot };
  std::string key;
  std::string name;
  place at;
  kind is = kind::function;
  /// Why it can be no task, with advice; empty if it can.
  std::string cannot;
  /// Locals of types that are green's own. A main without any may call run.
  bool owns = false;
  bool defined = false;
  change if_task;
  /// If it is a task, and no co_await or co_return stands in it.
  std::set<edit> if_empty;
  bool returns = false;
  /// The types that its instantiations deduce for its result.
  std::set<std::string> results;
  void merge(const node& other);
};

/// A place that may wait: a call, or the declaration of a guard.
struct site {
  place at;
  unsigned end = 0;
  std::string kind;    // "call", "guard", "operator"
  std::string name;    // as the report prints it
  std::string caller;  // the key of a node; empty outside functions
  std::set<std::string> callees;
  /// A mirrored name that waits whatever the program's functions do.
  std::string awaited;
  /// A wait that ends by itself: close, open, stat.
  bool soft = false;
  /// A mirrored name that may stay the blocking one where nothing can wait.
  bool may_block = false;
  /// Why no co_await may stand here, with advice; empty if one may.
  std::string blocked;
  change if_waits;
  /// If it waits and nothing can be done: makes sure that it does not compile.
  std::set<edit> by_hand;
  /// In a main that waits nowhere else: green::run in place.
  change in_main;
  /// The keys of the handlers around it.
  std::set<std::string> handlers;
  void merge(const site& other);
  auto key() const { return std::tuple(at.file, at.offset, end, kind); }
};

/// Two nodes that must agree: an override and its base, a slot and a member.
struct link {
  std::string a;
  std::string b;
  place at;
  std::string text;  // "is kept in a std::function"
  auto operator<=>(const link&) const = default;
};

/// A handler, which moves behind its try when something in it waits.
struct handler {
  std::string cannot;
  change if_waits;
};

/// A callable that is given to code that cannot await it, that starts it as a
/// green thread, or that takes nothing but a task.
struct use {
  enum class kind { plain, started, task };
  place at;
  std::string callable;  // the key of a node
  std::string text;      // "std::sort does not wait for it: write a loop"
  kind is = kind::plain;
  unsigned end = 0;  // of the callable's text

  auto operator<=>(const use&) const = default;
};

/// The #define of a macro in whose body something may change.
struct macro {
  place at;          // of the #
  unsigned end = 0;  // of its last line, without the new line
  place name;
  std::string word;  // the name
  std::string text;
  auto operator<=>(const macro&) const = default;
};

/// A place that a macro's name stands at, in a function.
struct expansion {
  std::string macro;  // the key
  place at;
  std::string caller;  // the key of a node; empty outside functions
  auto operator<=>(const expansion&) const = default;
};

/// Text in which nothing may wait, or that nobody has looked at.
struct region {
  enum class kind { held, skipped };
  place at;
  unsigned end = 0;
  kind is = kind::held;
  std::string caller;  // whose waits count
  std::string lock;    // the key of a function: if it waits, all is well
  std::string text;
  auto operator<=>(const region&) const = default;
};

/// A file of the program, by its text alone.
struct source {
  struct include {
    unsigned offset = 0;  // of the < or the "
    unsigned length = 0;
    unsigned line_end = 0;  // behind the new line
    std::string name;
    bool conditional = false;
    std::string green;  // the include that replaces a mirrored header's
    auto operator<=>(const include&) const = default;
  };
  std::vector<include> includes;
  /// Where an include may stand if there is none yet.
  unsigned top = 0;
  auto operator<=>(const source&) const = default;
};

struct facts {
  std::map<std::string, node> nodes;
  std::map<std::tuple<std::string, unsigned, unsigned, std::string>, site>
      sites;
  std::set<link> links;
  std::set<use> uses;
  std::map<std::string, handler> handlers;
  std::map<std::string, macro> macros;
  std::set<expansion> expansions;
  std::set<region> regions;
  /// Made whatever the solver finds.
  change always;
  std::map<std::string, source> files;
  /// Of a program in C: its names that C++ has as words.
  std::set<std::string, std::less<>> renamed;
  /// What the compiler says against the program. With errors there is no
  /// conversion.
  std::set<finding> errors;
  void merge(const facts& other);
  site& add(const site& found);
  node& add(const node& found);
};

}  // namespace greenify
