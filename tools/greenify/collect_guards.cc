// SPDX-License-Identifier: MIT
//
// Guards: a constructor cannot wait, so the declaration of a guard that locks
// becomes an awaited call.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

namespace {

std::string class_name(clang::QualType type) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record == nullptr ? "" : record->getNameAsString();
}

bool is_guard_name(const std::string& name) {
  return name == "lock_guard" || name == "unique_lock" ||
         name == "scoped_lock" || name == "shared_lock";
}

bool is_tag(const std::string& name) {
  return name == "defer_lock_t" || name == "try_to_lock_t" ||
         name == "adopt_lock_t";
}

bool is_time(const std::string& name) {
  return name == "duration" || name == "time_point";
}

// What stands before a dot without parentheses.
bool is_simple(const clang::Expr* e) {
  e = e->IgnoreImplicit();
  return clang::isa<clang::DeclRefExpr, clang::MemberExpr, clang::CallExpr,
                    clang::ParenExpr, clang::ArraySubscriptExpr>(e) &&
         !clang::isa<clang::CXXOperatorCallExpr>(e);
}

}  // namespace

// A guard that locks in its constructor.
struct collector::guard {
  std::string type;  // lock_guard ...
  std::string name;  // of the variable; empty if none
  std::vector<const clang::Expr*> locks;
  const clang::Expr* time = nullptr;
  bool is_const = false;
  bool until = false;
  span text;  // all that is replaced
};

namespace {

// The guard's construction, through copies that nobody wrote.
const clang::CXXConstructExpr* construction(const clang::Expr* init) {
  if (init == nullptr) return nullptr;
  const clang::Expr* below = init->IgnoreImplicit();
  if (const auto* cast = clang::dyn_cast<clang::CXXFunctionalCastExpr>(below)) {
    below = cast->getSubExpr()->IgnoreImplicit();
  }
  return clang::dyn_cast<clang::CXXConstructExpr>(below);
}

}  // namespace

bool collector::read_guard(const clang::CXXConstructExpr* made,
                           guard& g) const {
  g.type = class_name(made->getType());
  if (!is_guard_name(g.type) || made->getNumArgs() == 0 ||
      !made->getType()->getAsCXXRecordDecl()->isInStdNamespace() ||
      guards_foreign_lock(made->getType())) {
    return false;
  }
  for (const clang::Expr* argument : made->arguments()) {
    const std::string name = class_name(argument->getType());
    if (is_tag(name) || is_guard_name(name)) return false;
    if (clang::isa<clang::CXXDefaultArgExpr>(argument)) continue;
    if (is_time(name)) {
      g.time = argument;
      g.until = name == "time_point";
    } else {
      g.locks.push_back(argument);
    }
  }
  return !g.locks.empty();
}

site collector::guard_site(const guard& g) {
  site s;
  s.kind = "guard";
  s.name = "std::" + g.type;
  s.awaited = "std::mutex::lock";
  s.at = g.text.at;
  s.end = g.text.end;
  s.caller = caller_here();
  s.blocked = reason_here();
  s.handlers = handlers_here();
  return s;
}

bool collector::note_guard(const clang::VarDecl* variable) {
  const auto* made = construction(variable->getInit());
  guard g;
  if (made == nullptr || !read_guard(made, g)) return false;
  g.name = variable->getNameAsString();
  g.is_const = variable->getType().isConstQualified();
  const auto text = places_.of(variable->getSourceRange());
  if (!text) return false;
  g.text = *text;
  site s = guard_site(g);
  s.name += " " + g.name;
  write_guard(g, s);
  facts_.add(s);
  return true;
}

// The text around the lock is replaced, and the lock itself stays, so that the
// edits within it are made.
void collector::write_guard(const guard& g, site& to) {
  const std::string& file = g.text.at.file;
  const auto first = places_.of(g.locks.front()->getSourceRange());
  const auto last = places_.of(g.locks.back()->getSourceRange());
  if (!first || !last) {
    to.blocked = "the guard stands in a macro: write it out";
    return;
  }
  auto& edits = to.if_waits.edits;
  const auto replace = [&](unsigned begin, unsigned end,
                           const std::string& text) {
    edits.insert({file, begin, end - begin, text});
  };
  need(file,
       "green/" +
           std::string(g.type == "shared_lock" ? "shared_mutex" : "mutex"),
       to.if_waits);
  const unsigned begin = g.text.at.offset, end = g.text.end;
  const std::string locks(places_.text({first->at, last->end, false}));
  const std::string constant = g.is_const ? "const " : "";
  if (g.time != nullptr) {
    const std::string time(places_.text(*places_.of(g.time->getSourceRange())));
    replace(begin, first->at.offset,
            constant + "green::" + g.type + " " + g.name + "(");
    replace(last->end, end,
            ", green::defer_lock); co_await " + g.name +
                (g.until ? ".try_lock_until(" : ".try_lock_for(") + time + ")");
  } else if (g.locks.size() > 1) {
    replace(begin, first->at.offset, "co_await green::lock(");
    replace(last->end, end,
            "); " + constant + "green::scoped_lock " + g.name +
                "(green::adopt_lock, " + locks + ")");
  } else {
    write_lock(g, *first, edits);
  }
}

// One lock: `auto g = co_await m.scoped_lock();`, or the law's two statements.
void collector::write_lock(const guard& g, const span& lock,
                           std::set<edit>& edits) const {
  const std::string& file = g.text.at.file;
  const unsigned begin = g.text.at.offset, end = g.text.end;
  const bool law = wanted_.guard == options::guards::law && !g.name.empty();
  const bool shared = g.type == "shared_lock";
  const std::string constant = g.is_const ? "const " : "";
  unsigned from = lock.at.offset;
  std::string open, dot = ".";
  if (!law && !g.name.empty()) open = constant + "auto " + g.name + " = ";
  open += "co_await ";
  const auto* star =
      clang::dyn_cast<clang::UnaryOperator>(g.locks.front()->IgnoreImplicit());
  if (star != nullptr && star->getOpcode() == clang::UO_Deref &&
      is_simple(star->getSubExpr())) {
    from += 1;
    dot = "->";
  } else if (!is_simple(g.locks.front())) {
    open += "(";
    dot = ").";
  }
  std::string call;
  if (law) {
    call = (shared ? "lock_shared(); " : "lock(); ") + constant +
           "green::" + g.type + " " + g.name + "(" +
           std::string(places_.text(lock)) + ", green::adopt_lock)";
  } else {
    call = shared ? "scoped_lock_shared()" : "scoped_lock()";
  }
  edits.insert({file, begin, from - begin, open});
  edits.insert({file, lock.end, end - lock.end, dot + call});
}

// A guard without a name: in an assignment, a return, an argument.
bool collector::VisitCXXConstructExpr(clang::CXXConstructExpr* made) {
  note_flows(made);
  const bool written =
      clang::isa<clang::CXXTemporaryObjectExpr>(made) ||
      (parent().stmt != nullptr &&
       clang::isa<clang::CXXFunctionalCastExpr>(parent().stmt));
  guard g;
  if (!written || parent().decl != nullptr || !read_guard(made, g)) {
    return true;
  }
  const clang::Stmt* whole =
      clang::isa<clang::CXXTemporaryObjectExpr>(made) ? made : parent().stmt;
  const auto text = places_.of(whole->getSourceRange());
  if (!text) return true;
  g.text = *text;
  site s = guard_site(g);
  if (g.locks.size() > 1 || g.time != nullptr) {
    s.blocked = "this guard has no name: declare it in a line of its own";
  }
  write_guard(g, s);
  facts_.add(s);
  return true;
}

}  // namespace greenify
