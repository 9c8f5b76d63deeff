// SPDX-License-Identifier: MIT
//
// Variables: guards, slots, and those that a green thread changes.
#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

bool collector::VisitVarDecl(clang::VarDecl* variable) {
  if (clang::isa<clang::DecompositionDecl>(variable)) return true;
  if (!note_guard(variable)) note_object(variable);
  if (variable->getTypeSourceInfo() != nullptr) {
    const clang::TypeLoc type = variable->getTypeSourceInfo()->getTypeLoc();
    note_slot(variable, type);
    note_holder(key_of_slot(variable), variable->getNameAsString(),
                variable->getLocation(), type);
    const auto* p = clang::dyn_cast<clang::ParmVarDecl>(variable);
    const bool unparsed = p != nullptr && (p->hasUninstantiatedDefaultArg() ||
                                           p->hasUnparsedDefaultArg());
    if (!unparsed && variable->getInit() != nullptr &&
        type.getType()->getContainedDeducedType() == nullptr &&
        !functions_in(variable->getType()).empty()) {
      flow(held_by(variable), variable->getInit());
    }
  }
  note_spin_guard(variable);
  note_variable_array(variable);
  note_large_array(variable);
  const std::string name = variable->getNameAsString();
  if (variable->getTSCSpec() != clang::TSCS_unspecified) {
    report(variable->getLocation(), level::warning,
           name +
               " is thread_local: all green threads of a hub share it: a "
               "green::local<T> is a green thread's own");
  }
  const auto* record = variable->getType()->getAsCXXRecordDecl();
  if (record != nullptr && record->isInStdNamespace() &&
      record->getName() == "jthread") {
    report(variable->getLocation(), level::warning,
           "the destructor of jthread " + name +
               " does not wait in green: await its join() before");
  }
  return true;
}

// The locals of a coroutine are on the heap, once for each green thread.
void collector::note_large_array(const clang::VarDecl* variable) {
  constexpr std::int64_t large = 16 << 10;
  const clang::QualType type = variable->getType();
  if (frames_.empty() || !variable->hasLocalStorage() ||
      type->isDependentType() || !type->isConstantArrayType() ||
      context_.getTypeSizeInChars(type).getQuantity() < large) {
    return;
  }
  const auto at = places_.of(variable->getLocation());
  if (!at) return;
  node n;
  n.key = frames_.back().key;
  n.if_task.findings.insert(
      {at->at, level::note,
       variable->getNameAsString() + " takes " +
           std::to_string(context_.getTypeSizeInChars(type).getQuantity()) +
           " bytes of heap in each green thread that is in this function"});
  facts_.add(n);
}

// A coroutine has no arrays of variable length: the frame's size is fixed.
void collector::note_variable_array(const clang::VarDecl* variable) {
  if (!variable->getType()->isVariableArrayType() || frames_.empty() ||
      clang::isa<clang::ParmVarDecl>(variable)) {
    return;
  }
  node n;
  n.key = frames_.back().key;
  const auto array = variable->getTypeSourceInfo()
                         ->getTypeLoc()
                         .getUnqualifiedLoc()
                         .getAs<clang::ArrayTypeLoc>();
  const auto type =
      array ? places_.of(array.getElementLoc().getSourceRange()) : std::nullopt;
  const auto size = array && array.getSizeExpr() != nullptr
                        ? places_.of(array.getSizeExpr()->getSourceRange())
                        : std::nullopt;
  const auto end = array ? places_.of(array.getRBracketLoc()) : std::nullopt;
  const auto whole = places_.of(variable->getSourceRange());
  const auto& up = path_.size() >= 2 ? path_[path_.size() - 2] : step();
  const auto* declared =
      up.stmt == nullptr ? nullptr : clang::dyn_cast<clang::DeclStmt>(up.stmt);
  if (!type || !size || !end || !whole || declared == nullptr ||
      !declared->isSingleDecl() ||
      variable->getType()
          ->getAsArrayTypeUnsafe()
          ->getElementType()
          ->isArrayType()) {
    n.cannot = "a coroutine has no array of variable length: make " +
               variable->getNameAsString() + " a std::vector";
  } else {
    const std::string name = variable->getNameAsString();
    const std::string& file = whole->at.file;
    n.if_task.headers.emplace(file, "<memory>");
    auto& edits = n.if_task.edits;
    edits.insert({file, whole->at.offset, 0,
                  "auto " + name + "_storage = std::make_unique<",
                  opening(whole->end)});
    edits.insert({file, type->end, size->at.offset - type->end, "[]>("});
    edits.insert({file, size->end, end->end - size->end,
                  "); auto* " + name + " = " + name + "_storage.get()"});
  }
  facts_.add(n);
}

}  // namespace greenify
