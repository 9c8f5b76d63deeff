// SPDX-License-Identifier: MIT
// Calls of which the callee is known at run time alone: through a function
// pointer, a std::function or a virtual function. Each thing that holds a
// callable is a slot. A slot is a function of the facts, which calls all that
// flows into it.
#include <clang/Index/USRGeneration.h>

#include "tools/greenify/checker.h"

namespace greenify {

namespace {

bool is_std_function(clang::QualType type) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() &&
         record->getIdentifier() != nullptr &&
         (record->getName() == "function" ||
          record->getName() == "move_only_function");
}

// The one call operator of a lambda, or of another class of the program.
const clang::FunctionDecl* only_call(clang::QualType type) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition() ||
      record->isInStdNamespace()) {
    return nullptr;
  }
  const clang::FunctionDecl* found = nullptr;
  for (const clang::CXXMethodDecl* method : record->methods()) {
    if (method->getOverloadedOperator() != clang::OO_Call) continue;
    if (found != nullptr) return nullptr;
    found = method;
  }
  return found;
}

bool holds_callable(clang::QualType type) {
  type = type.getNonReferenceType();
  return type->isFunctionPointerType() || is_std_function(type);
}

}  // namespace

void checker::note_call(const std::string& caller, const std::string& callee,
                        clang::SourceLocation at) {
  const auto found =
      places_.of(context_.getSourceManager().getExpansionLoc(at));
  if (!found || caller.empty() || callee.empty() || caller == callee) return;
  facts_.calls.insert({caller, callee, found->at});
}

// ---- Slots ----

// The slot of all callables of one type, for those that have no name.
std::string checker::slot_of(clang::QualType type) {
  type = type.getNonReferenceType().getUnqualifiedType();
  if (!holds_callable(type)) return "";
  std::string key = "type " + type.getCanonicalType().getAsString();
  facts_.functions[key].name =
      is_std_function(type) ? "a std::function" : "a function pointer";
  return key;
}

std::string checker::slot_of(const clang::ValueDecl* holder) {
  if (!holds_callable(holder->getType())) return "";
  llvm::SmallString<128> usr;
  clang::index::generateUSRForDecl(holder->getCanonicalDecl(), usr);
  const auto at = places_.anywhere(holder->getLocation());
  std::string key = "slot ";
  if (holder->isExternallyDeclarable() || !at) {
    key += usr.str().str();
  } else {
    key += at->at.file + ":" + std::to_string(at->at.offset);
  }
  if (!at && usr.empty()) return slot_of(holder->getType());
  facts_.functions[key].name = holder->getNameAsString();
  return key;
}

// The function, the lambda or the slot that an expression gives.
std::string checker::slot_of(const clang::Expr* callable) {
  const clang::Expr* value = bare(callable);
  if (const auto* taken = clang::dyn_cast<clang::UnaryOperator>(value)) {
    if (taken->getOpcode() == clang::UO_AddrOf ||
        taken->getOpcode() == clang::UO_Deref ||
        taken->getOpcode() == clang::UO_Plus) {
      return slot_of(taken->getSubExpr());
    }
  }
  if (const auto* set = clang::dyn_cast<clang::CXXDefaultInitExpr>(value))
    return slot_of(set->getExpr());
  if (const auto* set = clang::dyn_cast<clang::CXXDefaultArgExpr>(value))
    return slot_of(set->getExpr());
  const clang::FunctionDecl* function = nullptr;
  if (const auto* lambda = clang::dyn_cast<clang::LambdaExpr>(value)) {
    function = lambda->getCallOperator();
  } else if (const auto* converted =
                 clang::dyn_cast<clang::CXXMemberCallExpr>(value)) {
    // A lambda becomes a pointer by its conversion function.
    if (clang::isa_and_nonnull<clang::CXXConversionDecl>(
            converted->getMethodDecl())) {
      return slot_of(converted->getImplicitObjectArgument());
    }
  } else if (const auto* call = clang::dyn_cast<clang::CallExpr>(value)) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (call->getNumArgs() > 0 && callee != nullptr &&
        callee->isInStdNamespace() &&
        (is_named(callee, "move") || is_named(callee, "forward") ||
         is_named(callee, "exchange") || is_named(callee, "ref"))) {
      return slot_of(call->getArg(0));
    }
  } else if (const auto* made =
                 clang::dyn_cast<clang::CXXConstructExpr>(value)) {
    if (is_std_function(made->getType()) && made->getNumArgs() > 0)
      return slot_of(made->getArg(0));
  } else if (const clang::ValueDecl* named = named_by(value)) {
    function = clang::dyn_cast<clang::FunctionDecl>(named);
    if (function == nullptr) {
      if (holds_callable(named->getType())) return slot_of(named);
    }
  }
  if (function == nullptr) function = only_call(value->getType());
  if (function == nullptr) return slot_of(value->getType());
  if (!places_.in_program(function->getLocation())) return "";
  const std::string key = key_of(function);
  facts_.functions[key].name = name_of(function);
  return key;
}

// ---- Flows ----

void checker::note_flow(const std::string& slot, const clang::Expr* given) {
  if (slot.empty() || given == nullptr) return;
  note_call(slot, slot_of(given), given->getBeginLoc());
}

bool checker::VisitBinaryOperator(clang::BinaryOperator* assigned) {
  if (assigned->getOpcode() != clang::BO_Assign) return true;
  if (holds_callable(assigned->getLHS()->getType()))
    note_flow(slot_of(assigned->getLHS()), assigned->getRHS());
  return true;
}

bool checker::VisitFieldDecl(clang::FieldDecl* field) {
  if (field->hasInClassInitializer())
    note_flow(slot_of(field), field->getInClassInitializer());
  return true;
}

bool checker::VisitInitListExpr(clang::InitListExpr* list) {
  if (const auto* whole = list->getSemanticForm()) {
    list = const_cast<clang::InitListExpr*>(whole);
  }
  const auto* record = list->getType()->getAsRecordDecl();
  if (record == nullptr) {
    for (const clang::Expr* one : list->inits())
      note_flow(slot_of(one->getType()), one);
    return true;
  }
  unsigned i = 0;
  for (const clang::FieldDecl* field : record->fields()) {
    if (i == list->getNumInits()) break;
    note_flow(slot_of(field), list->getInit(i++));
  }
  return true;
}

void checker::note_slot_call(const clang::CallExpr* call) {
  if (frames_.empty()) return;
  const clang::Expr* callee = call->getCallee();
  if (const auto* called = clang::dyn_cast<clang::CXXOperatorCallExpr>(call)) {
    if (call->getNumArgs() == 0) return;
    callee = call->getArg(0);
    if (!is_std_function(callee->getType())) return;
    if (called->getOperator() == clang::OO_Equal && call->getNumArgs() == 2) {
      note_flow(slot_of(callee), call->getArg(1));
      return;
    }
    if (called->getOperator() != clang::OO_Call) return;
  } else if (call->getDirectCallee() != nullptr) {
    return;
  }
  note_call(frames_.back().key, slot_of(callee), call->getBeginLoc());
}

// A call of a virtual function may be one of each function that overrides it.
void checker::note_override(const clang::CXXMethodDecl* method) {
  for (const clang::CXXMethodDecl* base : method->overridden_methods()) {
    if (!places_.in_program(base->getLocation())) continue;
    const std::string key = key_of(base);
    facts_.functions[key].name = name_of(base);
    note_call(key, key_of(method), method->getLocation());
    note_override(base);
  }
}

}  // namespace greenify
