// SPDX-License-Identifier: MIT
//
// Calls: of the program's functions, of slots, and of mirrored names.
#include <clang/AST/DeclTemplate.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

namespace {

const clang::Expr* object_of(const clang::CallExpr* call) {
  // A conversion to the base that declares a member hides the object's type.
  if (const auto* member = clang::dyn_cast<clang::CXXMemberCallExpr>(call)) {
    const clang::Expr* object = member->getImplicitObjectArgument();
    return object == nullptr ? nullptr : object->IgnoreParenImpCasts();
  }
  const auto* named = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  return named != nullptr && named->getNumArgs() > 0
             ? named->getArg(0)->IgnoreParenImpCasts()
             : nullptr;
}

// `handlers[i]()`: the callable stays in the container while it runs.
bool is_in_container(const clang::CallExpr* call) {
  const auto* named = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  if (named == nullptr || named->getOperator() != clang::OO_Call) return false;
  const auto* object =
      clang::dyn_cast<clang::CallExpr>(named->getArg(0)->IgnoreParenImpCasts());
  const auto* callee = object == nullptr ? nullptr : object->getDirectCallee();
  return callee != nullptr && object->isGLValue() &&
         callee->getQualifiedNameAsString().starts_with("std::");
}

// Waits that end by themselves, because a disk or a peer's kernel ends them.
bool is_soft(const name& waiting, const std::string& header) {
  static const std::set<std::string, std::less<>> names = {
      "close",     "open",      "openat",   "creat",   "rename", "unlink",
      "ftruncate", "truncate",  "fsync",    "fcntl",   "access", "readlink",
      "remove",    "fdatasync", "rmdir",    "chdir",   "link",   "symlink",
      "msync",     "realpath",  "renameat", "unlinkat"};
  static const std::set<std::string, std::less<>> reads = {
      "fgetc", "fgets",    "fread", "fscanf",  "getc",   "getchar", "getline",
      "getw",  "getdelim", "scanf", "vfscanf", "vscanf", "pclose"};
  static const std::array headers = {"stdio.h",  "sys/stat.h", "filesystem",
                                     "dirent.h", "ftw.h",      "glob.h",
                                     "syslog.h", "sys/mman.h"};
  if (names.contains(waiting.original)) return true;
  return std::ranges::find(headers, header) != headers.end() &&
         !reads.contains(waiting.original);
}

}  // namespace

// Whether the call's flags, which are constant, say that it does not wait.
bool collector::is_poll(const clang::CallExpr* call,
                        const std::string& name) const {
  struct flags {
    unsigned argument;
    int flag;
  };
  static const std::map<std::string, flags, std::less<>> all = {
      {"waitpid", {2, WNOHANG}},      {"waitid", {3, WNOHANG}},
      {"recv", {3, MSG_DONTWAIT}},    {"recvfrom", {3, MSG_DONTWAIT}},
      {"send", {3, MSG_DONTWAIT}},    {"sendto", {3, MSG_DONTWAIT}},
      {"recvmsg", {2, MSG_DONTWAIT}}, {"sendmsg", {2, MSG_DONTWAIT}}};
  const auto found = all.find(name);
  if (found == all.end() || call->getNumArgs() <= found->second.argument) {
    return false;
  }
  const clang::Expr* given = call->getArg(found->second.argument);
  if (given->isValueDependent()) return false;
  const auto value = given->getIntegerConstantExpr(context_);
  return value && (value->getSExtValue() & found->second.flag) != 0;
}

const clang::ValueDecl* collector::holder_of(const clang::Expr* callee) {
  for (;;) {
    callee = callee->IgnoreParenCasts();
    if (const auto* star = clang::dyn_cast<clang::UnaryOperator>(callee)) {
      callee = star->getSubExpr();
    } else if (const auto* at =
                   clang::dyn_cast<clang::ArraySubscriptExpr>(callee)) {
      callee = at->getBase();
    } else if (const auto* member =
                   clang::dyn_cast<clang::MemberExpr>(callee)) {
      return clang::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    } else if (const auto* named =
                   clang::dyn_cast<clang::DeclRefExpr>(callee)) {
      return clang::dyn_cast<clang::VarDecl>(named->getDecl());
    } else {
      return nullptr;
    }
  }
}

collector::called collector::what_is_called(const clang::CallExpr* call) {
  called what;
  const clang::FunctionDecl* function = call->getDirectCallee();
  if (function == nullptr) {
    const auto* holder = holder_of(call->getCallee());
    if (holder != nullptr && is_program(holder)) {
      what.keys.insert(key_of_slot(holder));
      what.text = holder->getNameAsString();
    }
    return what;
  }
  what.text = name_of(function);
  if (is_program(function)) {
    what.keys.insert(key_of(function));
    return what;
  }
  const clang::Expr* object = object_of(call);
  if (object != nullptr &&
      function->getOverloadedOperator() == clang::OO_Call) {
    const std::string slot = key_of_function_class(object->getType());
    for (const held& h : slot.empty() ? holders() : origin(object)) {
      if (h.type == slot) what.keys.insert(h.key);
    }
    if (!slot.empty()) {
      if (what.keys.empty()) what.keys.insert(slot);
      return what;
    }
  }
  what.mirrored = mirrored(function, object);
  if (what.mirrored != nullptr) what.text = what.mirrored->original;
  return what;
}

bool collector::VisitCallExpr(clang::CallExpr* call) {
  callees_.insert(call->getCallee()->IgnoreParenImpCasts());
  if (call->isTypeDependent() && call->getDirectCallee() == nullptr) {
    return true;
  }
  note_flows(call);
  note_spin_lock(call);
  const called what = what_is_called(call);
  if (!what.keys.empty() ||
      (what.mirrored != nullptr && what.mirrored->in == list::awaited)) {
    call_site(call, what);
  } else if (what.mirrored != nullptr && what.mirrored->in == list::missing) {
    const bool member = clang::isa<clang::CXXMemberCallExpr>(call);
    report(call->getExprLoc(), member ? level::error : level::warning,
           name_of(call->getDirectCallee()) +
               " has no mirror in green: " + what.mirrored->advice);
  }
  if (is_other_option(call)) {
    plain_.insert(call->getCallee()->IgnoreParenImpCasts());
  }
  if (call->getDirectCallee() != nullptr) note_other_call(call);
  return true;
}

// `(co_await f()).x`: what binds closer than a unary operator.
bool collector::needs_parentheses(const clang::Expr* call) const {
  const clang::Stmt* up = parent().stmt;
  if (up == nullptr) return false;
  const auto is_this = [&](const clang::Expr* e) {
    return e != nullptr && (e == call || e->IgnoreImplicit() == call ||
                            e->getBeginLoc() == call->getBeginLoc());
  };
  if (clang::isa<clang::MemberExpr>(up)) return true;
  if (const auto* at = clang::dyn_cast<clang::ArraySubscriptExpr>(up)) {
    return is_this(at->getBase());
  }
  if (const auto* unary = clang::dyn_cast<clang::UnaryOperator>(up)) {
    return unary->isPostfix();
  }
  if (const auto* named = clang::dyn_cast<clang::CXXOperatorCallExpr>(up)) {
    const auto kind = named->getOperator();
    const bool close =
        kind == clang::OO_Call || kind == clang::OO_Subscript ||
        kind == clang::OO_Arrow ||
        ((kind == clang::OO_PlusPlus || kind == clang::OO_MinusMinus) &&
         named->getNumArgs() == 2);
    return close && is_this(named->getArg(0));
  }
  const auto* outer = clang::dyn_cast<clang::CallExpr>(up);
  return outer != nullptr && is_this(outer->getCallee());
}

void collector::call_site(const clang::CallExpr* call, const called& what) {
  site s;
  s.kind = "call";
  s.name = what.text;
  s.caller = caller_here();
  s.callees = what.keys;
  s.blocked = reason_here();
  s.handlers = handlers_here();
  const bool awaited = what.mirrored != nullptr;
  if (awaited) {
    s.awaited = what.mirrored->original;
    const std::string& header = names_.mirrors()[what.mirrored->mirror].header;
    s.soft = is_soft(*what.mirrored, header) || is_poll(call, s.awaited);
    s.may_block = s.awaited.find(':') == std::string::npos;
    if (wanted_.keep.contains(header)) return;
  }
  const auto text = places_.of(call->getSourceRange());
  if (!text) {
    const clang::SourceManager& sources = context_.getSourceManager();
    const auto at = places_.of(sources.getExpansionLoc(call->getBeginLoc()));
    if (!at) return;
    s.at = at->at;
    s.end = at->end;
    s.may_block = false;
    s.blocked = "the call stands in a macro of a library: write it out";
    facts_.add(s);
    return;
  }
  s.at = text->at;
  s.end = text->end;
  // Each expansion of a macro is a site of its own.
  if (text->in_macro) s.kind += note_expansions(call->getBeginLoc());
  const std::string& file = text->at.file;
  const auto* infix = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  std::string open = "co_await ", close;
  if (infix != nullptr && infix->isInfixBinaryOp()) {
    open += "(";
    close += ")";
  }
  if (needs_parentheses(call)) {
    open = "(" + open;
    close += ")";
  }
  s.if_waits.edits.insert({file, s.at.offset, 0, open, opening(s.end)});
  s.by_hand.insert({file, s.at.offset, 0, "greenify_by_hand(", opening(s.end)});
  if (!close.empty()) {
    s.if_waits.edits.insert({file, s.end, 0, close, closing(s.at.offset)});
  }
  s.by_hand.insert({file, s.end, 0, ")", closing(s.at.offset)});
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(
      call->getCallee()->IgnoreParenImpCasts());
  if (awaited && named != nullptr && infix == nullptr) {
    prefix({named->getQualifierLoc(), named->getLocation()}, named->getDecl(),
           *what.mirrored, s.if_waits);
  }
  if (is_in_container(call)) {
    s.if_waits.findings.insert(
        {s.at, level::warning,
         "a callable in a container is awaited: copy it first, or the "
         "container must not change meanwhile"});
  }
  run_in_main(call, what, s);
  facts_.add(s);
}

// In main, a call of a free function may be written green::run(f, arguments).
void collector::run_in_main(const clang::CallExpr* call, const called& what,
                            site& to) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(
      call->getCallee()->IgnoreParenImpCasts());
  if (frames_.empty() || callee == nullptr || named == nullptr ||
      what.mirrored != nullptr || frames_.back().function == nullptr ||
      !frames_.back().function->isMain()) {
    return;
  }
  if (callee->isTemplateInstantiation() ||
      clang::isa<clang::CXXMethodDecl>(callee) ||
      !callee->getDeclContext()
           ->lookup(callee->getDeclName())
           .isSingleResult()) {
    return;
  }
  for (const clang::ParmVarDecl* p : callee->parameters()) {
    if (p->getType()->isReferenceType()) return;
  }
  const auto name = places_.of(named->getSourceRange());
  const auto close = places_.of(call->getRParenLoc());
  if (!name || !close || name->in_macro) return;
  const unsigned open = places_.after(name->at.file, name->end, "(");
  if (open == 0) return;
  const std::string& file = name->at.file;
  to.in_main.edits.insert({file, name->at.offset, 0, "green::run("});
  const bool none = call->getNumArgs() == 0 ||
                    clang::isa<clang::CXXDefaultArgExpr>(call->getArg(0));
  if (none) {
    to.in_main.edits.insert(
        {file, name->end, close->at.offset - name->end, ""});
  } else {
    to.in_main.edits.insert({file, name->end, open - name->end, ", "});
  }
  need(file, "green/green.h", to.in_main);
}

// setsockopt is green's own for the sake of the socket's time limits. With a
// constant that is another option the original does the same.
bool collector::is_other_option(const clang::CallExpr* call) const {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (callee == nullptr || callee->getIdentifier() == nullptr ||
      callee->getName() != "setsockopt" || call->getNumArgs() != 5) {
    return false;
  }
  const auto level = call->getArg(1)->getIntegerConstantExpr(context_);
  const auto option = call->getArg(2)->getIntegerConstantExpr(context_);
  if (!level || !option) return false;
  return *level != SOL_SOCKET ||
         (*option != SO_RCVTIMEO && *option != SO_SNDTIMEO &&
          *option != SO_RCVLOWAT);
}

// Calls that do not wait, but that a coroutine changes or forbids.
void collector::note_other_call(const clang::CallExpr* call) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (callee->getIdentifier() == nullptr || frames_.empty()) return;
  const llvm::StringRef name = callee->getName();
  if (name == "setjmp" || name == "_setjmp" || name == "__sigsetjmp" ||
      name == "longjmp" || name == "siglongjmp" || name == "alloca" ||
      name == "__builtin_alloca") {
    node n;
    n.key = frames_.back().key;
    n.cannot = "a coroutine allows no " + name.str();
    facts_.add(n);
  }
  if (name == "async" && callee->isInStdNamespace() &&
      parent().stmt != nullptr &&
      clang::isa<clang::CompoundStmt, clang::CStyleCastExpr>(parent().stmt)) {
    report(call->getExprLoc(), level::warning,
           "the result of async is dropped: its destructor waited, and green's "
           "does not: await the future");
    const auto at = places_.of(call->getBeginLoc());
    if (at && clang::isa<clang::CompoundStmt>(parent().stmt)) {
      facts_.always.edits.insert({at->at.file, at->at.offset, 0, "(void)", -1});
    }
  }
  if ((name == "alarm" || name == "setitimer" || name == "ualarm") &&
      !is_program(callee)) {
    report(call->getExprLoc(), level::warning,
           name.str() +
               ": green's calls do not end with EINTR: a "
               "green::timeout ends a wait");
  }
}

// Nothing runs in the operand of sizeof and decltype. A call of a task there
// has the type of the task.
void collector::note_operand(const clang::Stmt* operand,
                             const std::string& where) {
  if (operand == nullptr) return;
  if (const auto* call = clang::dyn_cast<clang::CallExpr>(operand)) {
    const auto* callee = call->getDirectCallee();
    const auto text = places_.of(call->getSourceRange());
    if (callee != nullptr && is_program(callee) && text) {
      site s;
      s.at = text->at;
      s.end = text->end;
      s.kind = "operand";
      s.name = name_of(callee);
      s.caller = caller_here();
      s.callees.insert(key_of(callee));
      s.blocked = "nothing runs in a " + where + ": write the type out";
      const std::string& file = s.at.file;
      s.by_hand.insert(
          {file, s.at.offset, 0, "greenify_by_hand(", opening(s.end)});
      s.by_hand.insert({file, s.end, 0, ")", closing(s.at.offset)});
      operands_.push_back(s);
    }
  }
  for (const clang::Stmt* child : operand->children()) {
    note_operand(child, where);
  }
}

// A name that is green's own and does not wait, or one that is given away.
bool collector::VisitDeclRefExpr(clang::DeclRefExpr* named) {
  const clang::ValueDecl* decl = named->getDecl();
  const auto* function = clang::dyn_cast<clang::FunctionDecl>(decl);
  const bool is_callee = callees_.contains(named);
  if (function != nullptr && is_program(function)) {
    if (is_callee) return true;
    note_use(named, key_of(function));
    let_go(function);
    return true;
  }
  if (const auto* holder = clang::dyn_cast<clang::VarDecl>(decl)) {
    if (is_callee || !is_program(holder)) return true;
    if (holder->getType()->isFunctionPointerType() ||
        holder->getType()->isFunctionReferenceType()) {
      note_use(named, key_of_slot(holder));
    } else if (!key_of_function_class(holder->getType()).empty()) {
      for (const held& h : held_by(holder)) note_use(named, h.key);
    } else if (const std::string key = key_of_callable(holder->getType());
               !key.empty()) {
      note_use(named, key);
    }
    return true;
  }
  const name* found = own_type(decl);
  if (found == nullptr || function == nullptr || plain_.contains(named)) {
    return true;
  }
  if (found->in == list::own) {
    prefix({named->getQualifierLoc(), named->getLocation()}, decl, *found,
           facts_.always);
  } else if (!is_callee) {
    report(named->getLocation(), level::note,
           found->original + " is not called here, and stays the blocking one");
  }
  return true;
}

bool collector::VisitMemberExpr(clang::MemberExpr* named) {
  const auto* field = clang::dyn_cast<clang::FieldDecl>(named->getMemberDecl());
  if (field == nullptr || callees_.contains(named) || !is_program(field)) {
    return true;
  }
  if (field->getType()->isFunctionPointerType()) {
    note_use(named, key_of_slot(field));
  } else if (!key_of_function_class(field->getType()).empty()) {
    for (const held& h : held_by(field)) note_use(named, h.key);
  } else if (const std::string key = key_of_callable(field->getType());
             !key.empty()) {
    note_use(named, key);
  }
  return true;
}

}  // namespace greenify
