// SPDX-License-Identifier: MIT
// Awaitables that nobody awaits, and storage that green threads share.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/checker.h"

namespace greenify {

// ---- Dropped ----

// The value of a statement, of a cast to void, or of a throw.
void checker::note_dropped(const clang::Expr* value) {
  if (frames_.empty() || path_.size() < 2) return;
  if (!clang::isa<clang::CallExpr, clang::CXXConstructExpr,
                  clang::CXXFunctionalCastExpr>(value)) {
    return;
  }
  if (!discarded_here()) return;
  const auto* call = clang::dyn_cast<clang::CallExpr>(value);
  const auto* callee = call == nullptr ? nullptr : call->getDirectCallee();
  const std::string name = callee == nullptr ? "" : callee->getNameAsString();
  if (is_awaitable(value->getType()) && !value->isLValue()) {
    note(value->getBeginLoc(), "dropped", name,
         "the awaitable " + (name.empty() ? "" : "of " + name + " ") +
             "is dropped, so that it does nothing: write co_await before it");
    return;
  }
  const auto* record = value->getType()->getAsCXXRecordDecl();
  if (call == nullptr && record != nullptr && is_green(record) &&
      record->hasAttr<clang::WarnUnusedResultAttr>()) {
    note(value->getBeginLoc(), "lost", record->getNameAsString(),
         "green::" + record->getNameAsString() +
             " without a name ends at once: give it a name");
  }
}

namespace {

bool is_buffer(clang::QualType type) {
  if (type->isArrayType()) return true;
  const auto* record = type->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() &&
         record->getIdentifier() != nullptr &&
         (record->getName() == "basic_string" || record->getName() == "array" ||
          record->getName().ends_with("stringstream"));
}

const clang::Expr* whole(const clang::Expr* value) {
  const auto* cleaned = clang::dyn_cast<clang::ExprWithCleanups>(value);
  return cleaned == nullptr ? value : cleaned->getSubExpr();
}

// A member that puts something into a container, or takes nothing out.
bool only_fills(const clang::Stmt* around) {
  const auto* member = clang::dyn_cast_or_null<clang::MemberExpr>(around);
  if (member == nullptr) return false;
  const auto* method =
      clang::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl());
  for (const char* name : {"push_back", "emplace_back", "emplace", "push",
                           "reserve", "clear", "reset"}) {
    if (is_named(method, name)) return true;
  }
  return false;
}

}  // namespace

bool checker::VisitVarDecl(clang::VarDecl* variable) {
  if (variable->hasInit()) note_flow(slot_of(variable), variable->getInit());
  if (frames_.empty()) return true;
  if (variable->hasLocalStorage() &&
      !clang::isa<clang::ParmVarDecl>(variable)) {
    note_end(variable->getType()->getAsCXXRecordDecl(),
             variable->getLocation());
  }
  frames_.back().locals |=
      variable->hasLocalStorage() && !clang::isa<clang::ParmVarDecl>(variable);
  const bool refers =
      variable->getType()->isReferenceType() &&
      (!variable->hasInit() || !clang::isa<clang::MaterializeTemporaryExpr>(
                                   whole(variable->getInit())));
  if (variable->isLocalVarDecl() && !refers &&
      ((variable->hasInit() && is_awaitable(variable->getType())) ||
       holds_awaitables(variable->getType()))) {
    frames_.back().awaitables.try_emplace(variable, false);
  }
  if (!in_coroutine() || !variable->isStaticLocal()) return true;
  const clang::QualType type = variable->getType();
  if (!is_buffer(type) || type.isConstQualified() ||
      context_.getBaseElementType(type).isConstQualified()) {
    return true;
  }
  note(variable->getLocation(), "shared", variable->getNameAsString(),
       "the static buffer " + variable->getNameAsString() +
           " is shared by the green threads that run this function, and an "
           "await lets another write there: make it a local variable");
  return true;
}

bool checker::VisitDeclRefExpr(clang::DeclRefExpr* named) {
  if (const auto* function =
          clang::dyn_cast<clang::FunctionDecl>(named->getDecl())) {
    const auto* call =
        clang::dyn_cast_or_null<clang::CallExpr>(written_parent());
    const bool called =
        call != nullptr && call->getCallee()->IgnoreParenImpCasts() == named;
    if (!called && places_.in_program(function->getLocation())) {
      const clang::QualType pointer =
          context_.getPointerType(function->getType());
      note_call(slot_of(pointer), key_of(function), named->getBeginLoc());
    }
  }
  const auto* variable = clang::dyn_cast<clang::VarDecl>(named->getDecl());
  if (variable == nullptr || only_fills(written_parent())) return true;
  for (frame& one : frames_) {
    const auto found = one.awaitables.find(variable);
    if (found != one.awaitables.end()) found->second = true;
  }
  if (in_coroutine() && variable->getTLSKind() != clang::VarDecl::TLS_None &&
      places_.in_program(variable->getLocation())) {
    note(named->getLocation(), "shared", variable->getNameAsString(),
         variable->getNameAsString() +
             " is thread_local, and all green threads of a hub share it: use "
             "green::local");
  }
  return true;
}

// ---- Given to what cannot await ----

namespace {

bool in_ranges(const clang::NamedDecl* decl) {
  const auto* space =
      clang::dyn_cast<clang::NamespaceDecl>(decl->getDeclContext());
  return space != nullptr && space->getName() == "ranges" &&
         space->isInStdNamespace();
}

}  // namespace

void checker::note_given(const clang::FunctionDecl* callee,
                         const clang::Expr* argument) {
  static const std::set<std::string> plain = {
      "thread",      "jthread",      "async",        "call_once",
      "for_each",    "for_each_n",   "transform",    "sort",
      "stable_sort", "partial_sort", "nth_element",  "find_if",
      "find_if_not", "any_of",       "all_of",       "none_of",
      "count_if",    "remove_if",    "erase_if",     "copy_if",
      "replace_if",  "partition",    "generate",     "generate_n",
      "accumulate",  "reduce",       "min_element",  "max_element",
      "lower_bound", "upper_bound",  "equal",        "is_sorted",
      "unique",      "atexit",       "at_quick_exit"};
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(callee);
  const clang::NamedDecl* known = callee;
  if (method != nullptr) known = method->getParent();
  if (!known->isInStdNamespace() && !in_ranges(known)) return;
  if (known->getIdentifier() == nullptr) return;
  llvm::StringRef shown = known->getName();
  // std::ranges::for_each is an object of a class __for_each_fn.
  if (shown.consume_front("__")) shown.consume_back("_fn");
  const std::string name = shown.str();
  if (!plain.contains(name) || !gives_awaitable(argument->getType())) return;
  const bool starts = name == "thread" || name == "jthread" ||
                      name == "async" || name == "call_once";
  note(argument->getBeginLoc(), "dropped", name,
       "std::" + name +
           " calls a function that gives an awaitable, and drops "
           "it: " +
           (starts ? "write green::" + name : std::string("write a loop")));
}

// std::function<R()> takes what gives a task, and drops it, if R is void.
void checker::note_function(clang::QualType holder, const clang::Expr* given) {
  const auto* record =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          holder.getNonReferenceType()->getAsCXXRecordDecl());
  if (record == nullptr || !record->isInStdNamespace()) return;
  if (record->getName() != "function" &&
      record->getName() != "move_only_function") {
    return;
  }
  if (record->getTemplateArgs().size() == 0) return;
  const clang::TemplateArgument& signature = record->getTemplateArgs()[0];
  if (signature.getKind() != clang::TemplateArgument::Type) return;
  const auto* function =
      signature.getAsType()->getAs<clang::FunctionProtoType>();
  if (function == nullptr || is_awaitable(function->getReturnType())) return;
  const auto* other = given->getType()->getAsCXXRecordDecl();
  if (other == record || !gives_awaitable(given->getType())) return;
  note(given->getBeginLoc(), "dropped", "function",
       "this std::function drops the awaitable that its callable gives: write "
       "green::task<> for the result of its signature");
}

// f = g, for a std::function f; and std::ignore = g().
void checker::note_assigned(const clang::CXXOperatorCallExpr* assigned) {
  if (assigned->getOperator() != clang::OO_Equal ||
      assigned->getNumArgs() != 2) {
    return;
  }
  const clang::Expr* given = assigned->getArg(1);
  note_function(assigned->getArg(0)->getType(), given);
  const clang::ValueDecl* to = named_by(assigned->getArg(0));
  if (to == nullptr || qualified_name(to) != "std::ignore" ||
      !is_awaitable(given->getType())) {
    return;
  }
  note(assigned->getBeginLoc(), "dropped", "ignore",
       "std::ignore drops the awaitable, so that it does nothing: write "
       "co_await before it");
}

// usleep(0.5) is usleep(0).
void checker::note_narrowed(const clang::CallExpr* call,
                            const clang::FunctionDecl* callee) {
  if (!is_awaitable(callee->getReturnType())) return;
  for (const clang::Expr* argument : call->arguments()) {
    const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(argument);
    if (cast == nullptr ||
        cast->getCastKind() != clang::CK_FloatingToIntegral) {
      continue;
    }
    note(argument->getBeginLoc(), "lost", callee->getNameAsString(),
         callee->getNameAsString() +
             " takes a whole number, so that the fraction is lost: give a "
             "duration, as in green::sleep(500ms)");
  }
}

}  // namespace greenify
