// SPDX-License-Identifier: MIT
// Tasks that outlive something that they refer to.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/checker.h"

namespace greenify {

namespace {

// A plain function that gives an awaitable has run when its call returns.
bool runs_at_once(const clang::FunctionDecl* callee) {
  const clang::Stmt* body = callee->getBody();
  return body != nullptr && !clang::isa<clang::CoroutineBodyStmt>(body);
}

bool is_view(clang::QualType type) {
  const auto* record = type->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() &&
         (record->getName() == "basic_string_view" ||
          record->getName() == "span");
}

// A temporary that the parameter refers to when the call has ended.
bool refers_to_temporary(const clang::ParmVarDecl* parameter,
                         const clang::Expr* argument) {
  const clang::Expr* value = argument->IgnoreParens();
  if (parameter->getType()->isReferenceType()) {
    while (const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(value))
      value = cast->getSubExpr();
    return clang::isa<clang::MaterializeTemporaryExpr>(value);
  }
  if (!is_view(parameter->getType())) return false;
  const clang::Expr* from = bare(argument);
  if (const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(from)) {
    if (made->getNumArgs() == 0) return false;
    const clang::Expr* range = made->getArg(0);
    while (const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(range))
      range = cast->getSubExpr();
    return clang::isa<clang::MaterializeTemporaryExpr>(range) &&
           range->getType()->isRecordType() && !is_view(range->getType());
  }
  if (const auto* converted = clang::dyn_cast<clang::CXXMemberCallExpr>(from)) {
    const clang::Expr* object = converted->getImplicitObjectArgument();
    while (const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(object))
      object = cast->getSubExpr();
    return clang::isa<clang::MaterializeTemporaryExpr>(object);
  }
  return false;
}

// text.c_str() of a temporary text.
bool points_into_temporary(const clang::Expr* argument) {
  const auto* call = clang::dyn_cast<clang::CXXMemberCallExpr>(bare(argument));
  if (call == nullptr || !call->getType()->isPointerType()) return false;
  const auto* method = call->getMethodDecl();
  if (!is_named(method, "c_str") && !is_named(method, "data")) return false;
  const clang::Expr* object = call->getImplicitObjectArgument();
  while (const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(object))
    object = cast->getSubExpr();
  return clang::isa<clang::MaterializeTemporaryExpr>(object);
}

// A local variable, or a parameter by value, of the function around.
const clang::VarDecl* local_of(const clang::ParmVarDecl* parameter,
                               const clang::Expr* argument) {
  if (!parameter->getType()->isReferenceType()) return nullptr;
  const auto* named =
      clang::dyn_cast<clang::DeclRefExpr>(argument->IgnoreParenImpCasts());
  const auto* variable =
      named == nullptr ? nullptr
                       : clang::dyn_cast<clang::VarDecl>(named->getDecl());
  if (variable == nullptr || !variable->hasLocalStorage()) return nullptr;
  return variable->getType()->isReferenceType() ? nullptr : variable;
}

}  // namespace

// A coroutine runs when it is awaited. Then the temporaries of its call are
// gone, unless the await is in the same expression.
void checker::note_dangling(const clang::CallExpr* call,
                            const clang::FunctionDecl* callee) {
  if (!is_awaitable(callee->getReturnType()) || runs_at_once(callee) ||
      awaited_here() || discarded_here()) {
    return;
  }
  const clang::Stmt* parent = written_parent();
  const bool returned = clang::isa_and_nonnull<clang::ReturnStmt>(parent);
  const std::string name = name_of(callee);
  const auto* call_of = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(callee);
  if (call_of != nullptr && method != nullptr &&
      method->getParent()->isLambda()) {
    const auto* lambda =
        clang::dyn_cast<clang::LambdaExpr>(bare(call->getArg(0)));
    if (lambda != nullptr && lambda->capture_size() > 0) {
      note(call->getBeginLoc(), "dangles", name,
           "the task refers to the captures of a lambda that is gone when it "
           "runs: give the lambda a name that outlives it, or await here");
    }
    const auto* named = clang::dyn_cast<clang::DeclRefExpr>(
        call->getArg(0)->IgnoreParenImpCasts());
    const auto* variable =
        named == nullptr ? nullptr
                         : clang::dyn_cast<clang::VarDecl>(named->getDecl());
    if (returned && !in_coroutine() && variable != nullptr &&
        variable->hasLocalStorage() &&
        variable->getDeclContext() == frames_.back().function &&
        !variable->getType()->isReferenceType() &&
        !method->getParent()->captures().empty()) {
      note(call->getBeginLoc(), "dangles", variable->getNameAsString(),
           "the task of " + variable->getNameAsString() +
               " is returned, and refers to the captures of this lambda, "
               "which are gone then: write co_return co_await, so that this "
               "function is a task, too");
    }
    return;
  }
  const unsigned skipped =
      call_of != nullptr && method != nullptr && !method->isStatic() ? 1 : 0;
  for (unsigned i = 0; i < callee->getNumParams(); ++i) {
    if (i + skipped >= call->getNumArgs()) break;
    const clang::ParmVarDecl* parameter = callee->getParamDecl(i);
    const clang::Expr* argument = call->getArg(i + skipped);
    if (clang::isa<clang::CXXDefaultArgExpr>(argument)) continue;
    if (refers_to_temporary(parameter, argument) ||
        points_into_temporary(argument)) {
      note(argument->getBeginLoc(), "dangles", name,
           "the task of " + name +
               " refers to a temporary that is gone when "
               "it runs: give it a name that outlives the task, or await here");
    } else if (const auto* variable = local_of(parameter, argument);
               variable != nullptr && returned && !in_coroutine() &&
               variable->getDeclContext() == frames_.back().function) {
      note(argument->getBeginLoc(), "dangles", variable->getNameAsString(),
           "the task of " + name + " is returned, and refers to " +
               variable->getNameAsString() +
               ", which is gone then: write "
               "co_return co_await, so that this function is a task, too");
    }
  }
}

// A member function that is a coroutine refers to its object.
void checker::note_object(const clang::CallExpr* call,
                          const clang::FunctionDecl* callee) {
  if (!is_awaitable(callee->getReturnType()) || runs_at_once(callee) ||
      awaited_here() || discarded_here()) {
    return;
  }
  const auto* member = clang::dyn_cast<clang::CXXMemberCallExpr>(call);
  if (member == nullptr || clang::isa<clang::CXXConversionDecl>(callee)) return;
  const clang::Expr* object = member->getImplicitObjectArgument();
  while (const auto* cast = clang::dyn_cast<clang::ImplicitCastExpr>(object))
    object = cast->getSubExpr();
  object = object->IgnoreParens();
  const std::string name = name_of(callee);
  const auto* variable = clang::dyn_cast_or_null<clang::VarDecl>(
      object->getType()->isPointerType() ? nullptr : named_by(object));
  const bool returned =
      clang::isa_and_nonnull<clang::ReturnStmt>(written_parent());
  if (clang::isa<clang::MaterializeTemporaryExpr>(object)) {
    note(call->getBeginLoc(), "dangles", name,
         "the task of " + name +
             " refers to its object, a temporary that is gone when it runs: "
             "give it a name that outlives the task, or await here");
  } else if (returned && !in_coroutine() && variable != nullptr &&
             clang::isa<clang::DeclRefExpr>(object) &&
             variable->hasLocalStorage() &&
             variable->getDeclContext() == frames_.back().function &&
             !variable->getType()->isReferenceType()) {
    note(call->getBeginLoc(), "dangles", variable->getNameAsString(),
         "the task of " + name + " is returned, and refers to " +
             variable->getNameAsString() +
             ", which is gone then: write co_return co_await, so that this "
             "function is a task, too");
  }
}

// ---- Green threads without a handle ----

namespace {

// What refers to a local variable: a capture by reference, std::ref(x), &x.
const clang::VarDecl* local_behind(const clang::Expr* argument) {
  const clang::Expr* value = bare(argument);
  if (const auto* lambda = clang::dyn_cast<clang::LambdaExpr>(value)) {
    for (const clang::LambdaCapture& one : lambda->captures()) {
      if (!one.capturesVariable() || one.getCaptureKind() != clang::LCK_ByRef) {
        continue;
      }
      const auto* variable =
          clang::dyn_cast<clang::VarDecl>(one.getCapturedVar());
      if (variable != nullptr && variable->hasLocalStorage() &&
          !variable->getType()->isReferenceType()) {
        return variable;
      }
    }
    return nullptr;
  }
  const clang::Expr* behind = nullptr;
  if (const auto* taken = clang::dyn_cast<clang::UnaryOperator>(value)) {
    if (taken->getOpcode() == clang::UO_AddrOf) behind = taken->getSubExpr();
  } else if (const auto* call = clang::dyn_cast<clang::CallExpr>(value)) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (call->getNumArgs() == 1 &&
        (is_named(callee, "ref") || is_named(callee, "cref"))) {
      behind = call->getArg(0);
    }
  }
  const auto* named =
      behind == nullptr
          ? nullptr
          : clang::dyn_cast<clang::DeclRefExpr>(behind->IgnoreParenImpCasts());
  const auto* variable =
      named == nullptr ? nullptr
                       : clang::dyn_cast<clang::VarDecl>(named->getDecl());
  const bool local = variable != nullptr && variable->hasLocalStorage() &&
                     !variable->getType()->isReferenceType();
  return local ? variable : nullptr;
}

}  // namespace

// The green thread begins at the hub's next turn. If its creator waits nowhere
// after the call, and keeps no handle, then the creator's variables are gone.
void checker::note_started(const clang::CallExpr* call) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (!in_coroutine() || !is_named(callee, "spawn") ||
      clang::isa<clang::CXXMethodDecl>(callee)) {
    return;
  }
  const clang::Stmt* parent = written_parent();
  if (parent == nullptr ||
      clang::isa<clang::Expr, clang::DeclStmt, clang::ReturnStmt>(parent)) {
    return;
  }
  const clang::VarDecl* variable = nullptr;
  for (const clang::Expr* argument : call->arguments()) {
    if (variable == nullptr) variable = local_behind(argument);
  }
  if (variable == nullptr) return;
  const clang::SourceManager& sources = context_.getSourceManager();
  const auto waits_later = [&](const clang::Stmt* below, auto&& self) -> bool {
    if (below == nullptr || clang::isa<clang::LambdaExpr>(below)) return false;
    if (clang::isa<clang::CoawaitExpr>(below) &&
        sources.isBeforeInTranslationUnit(call->getBeginLoc(),
                                          below->getBeginLoc())) {
      return true;
    }
    for (const clang::Stmt* child : below->children()) {
      if (self(child, self)) return true;
    }
    return false;
  };
  const auto* body =
      clang::cast<clang::CoroutineBodyStmt>(frames_.back().function->getBody());
  if (waits_later(body->getBody(), waits_later)) return;
  note(call->getBeginLoc(), "dangles", variable->getNameAsString(),
       "the green thread refers to " + variable->getNameAsString() +
           ", which is gone when it begins: give it a copy, or keep the handle "
           "and await its join()");
}

}  // namespace greenify
