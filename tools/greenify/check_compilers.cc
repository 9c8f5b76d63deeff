// SPDX-License-Identifier: MIT
// The constructs that g++ 12 compiles wrongly.
#include "tools/greenify/checker.h"

namespace greenify {

namespace {

// A capturing lambda or an aggregate that is destroyed at the end of the
// awaited expression.
const clang::Expr* temporary_below(const clang::Stmt* below) {
  if (below == nullptr) return nullptr;
  if (clang::isa<clang::LambdaExpr, clang::InitListExpr>(below)) {
    const auto* value = clang::cast<clang::Expr>(below);
    const auto* record = value->getType()->getAsCXXRecordDecl();
    if (record != nullptr && record->hasDefinition() &&
        !record->hasTrivialDestructor() &&
        (record->isLambda() || record->isAggregate())) {
      return value;
    }
  }
  if (clang::isa<clang::LambdaExpr>(below)) return nullptr;
  for (const clang::Stmt* child : below->children()) {
    if (const clang::Expr* found = temporary_below(child)) return found;
  }
  return nullptr;
}

}  // namespace

bool checker::VisitCoawaitExpr(clang::CoawaitExpr* awaited) {
  const auto* chosen =
      clang::dyn_cast<clang::ConditionalOperator>(bare(awaited->getOperand()));
  if (chosen != nullptr && is_awaitable(chosen->getType())) {
    note(chosen->getBeginLoc(), "gcc12", "conditional",
         "g++ 12 copies the task that this ?: chooses: write if and else");
  }
  if (const clang::Expr* found = temporary_below(awaited->getOperand())) {
    note(found->getBeginLoc(), "gcc12", "temporary",
         "g++ 12 destroys this temporary twice, because it is part of an "
         "awaited expression: give it a name before, and move it");
  }
  return true;
}

bool checker::VisitConditionalOperator(clang::ConditionalOperator* chosen) {
  const auto* record = chosen->getType()->getAsCXXRecordDecl();
  if (record == nullptr || chosen->isLValue() || !record->hasDefinition() ||
      record->hasTrivialDestructor()) {
    return true;
  }
  if (first_await(chosen->getTrueExpr()) == nullptr &&
      first_await(chosen->getFalseExpr()) == nullptr) {
    return true;
  }
  note(chosen->getBeginLoc(), "gcc12", "conditional",
       "g++ 12 uses the result of this ?: after its end, because a branch "
       "awaits: write if and else");
  return true;
}

void checker::note_condition(const clang::Stmt* condition) {
  if (frames_.empty() || first_await(condition) == nullptr) return;
  // A lambda has its closure in the frame, and is compiled rightly.
  const auto* method =
      clang::dyn_cast<clang::CXXMethodDecl>(frames_.back().function);
  if (method != nullptr && method->getParent()->isLambda()) return;
  frames_.back().conditions.push_back(condition->getBeginLoc());
}

bool checker::VisitIfStmt(clang::IfStmt* tested) {
  note_condition(tested->getCond());
  return true;
}

bool checker::VisitWhileStmt(clang::WhileStmt* tested) {
  note_condition(tested->getCond());
  return true;
}

bool checker::VisitDoStmt(clang::DoStmt* tested) {
  note_condition(tested->getCond());
  return true;
}

bool checker::VisitForStmt(clang::ForStmt* tested) {
  note_condition(tested->getCond());
  return true;
}

bool checker::VisitSwitchStmt(clang::SwitchStmt* tested) {
  note_condition(tested->getCond());
  return true;
}

}  // namespace greenify
