// SPDX-License-Identifier: MIT
//
// Slots: pointers to functions, names for their types, and std::function. The
// edits of a slot are those of the result in its written type.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/collector.h"

namespace greenify {

// A pointer to a function that the program declares: a node with the edits of
// its result's type.
void collector::note_slot(const clang::ValueDecl* holder, clang::TypeLoc type) {
  for (;;) {
    type = type.getUnqualifiedLoc();
    if (const auto pointer = type.getAs<clang::PointerTypeLoc>()) {
      type = pointer.getPointeeLoc();
    } else if (const auto array = type.getAs<clang::ArrayTypeLoc>()) {
      type = array.getElementLoc();
    } else if (const auto ref = type.getAs<clang::ReferenceTypeLoc>()) {
      type = ref.getPointeeLoc();
    } else if (const auto paren = type.getAs<clang::ParenTypeLoc>()) {
      type = paren.getInnerLoc();
    } else if (const auto decayed = type.getAs<clang::AdjustedTypeLoc>()) {
      type = decayed.getOriginalLoc();
    } else {
      break;
    }
  }
  const auto function = type.getAs<clang::FunctionTypeLoc>();
  const bool deduced_pointer = type.getAs<clang::AutoTypeLoc>() &&
                               holder->getType()->isFunctionPointerType();
  if (!function && !deduced_pointer) return;
  node n;
  n.key = key_of_slot(holder);
  n.name = holder->getNameAsString();
  n.is = node::kind::slot;
  if (const auto at = places_.of(holder->getLocation())) n.at = at->at;
  if (function && !wrap_result(function, n.if_task)) {
    n.cannot = "its type stands in a macro: write it out";
  }
  facts_.add(n);
}

bool collector::VisitFieldDecl(clang::FieldDecl* field) {
  note_member(field);
  if (field->getTypeSourceInfo() != nullptr) {
    note_holder(key_of_slot(field), field->getNameAsString(),
                field->getLocation(), field->getTypeSourceInfo()->getTypeLoc());
  }
  if (field->hasInClassInitializer() &&
      !functions_in(field->getType()).empty()) {
    flow(held_by(field), field->getInClassInitializer());
  }
  if (field->getTypeSourceInfo() != nullptr) {
    note_slot(field, field->getTypeSourceInfo()->getTypeLoc());
  }
  return true;
}

bool collector::VisitTypedefNameDecl(clang::TypedefNameDecl* alias) {
  clang::TypeLoc type =
      alias->getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc();
  for (const held& h : written_in(type)) claimed_.insert(h.key);
  if (const auto pointer = type.getAs<clang::PointerTypeLoc>()) {
    type = pointer.getPointeeLoc().getUnqualifiedLoc();
  }
  while (const auto paren = type.getAs<clang::ParenTypeLoc>()) {
    type = paren.getInnerLoc();
  }
  const auto function = type.getAs<clang::FunctionTypeLoc>();
  if (!function) return true;
  node n;
  n.key = key_of_typedef(alias);
  n.name = alias->getNameAsString();
  n.is = node::kind::slot;
  if (const auto at = places_.of(alias->getLocation())) n.at = at->at;
  if (!wrap_result(function, n.if_task)) {
    n.cannot = "its type stands in a macro: write it out";
  }
  facts_.add(n);
  return true;
}

// std::function<R(A...)>: the written R.
bool collector::VisitTemplateSpecializationTypeLoc(
    clang::TemplateSpecializationTypeLoc written) {
  const std::string type = key_of_function_class(written.getType());
  const auto at = places_.of(written.getTemplateNameLoc());
  if (type.empty() || written.getNumArgs() == 0 || !at) return true;
  node n;
  n.key = key_of_written(written);
  n.name = "a std::function<" + type.substr(type.find(':') + 1) + ">";
  n.is = node::kind::slot;
  n.at = at->at;
  written_.emplace(n.key, type);
  const auto argument = written.getArgLoc(0);
  const clang::TypeLoc signature =
      argument.getArgument().getKind() == clang::TemplateArgument::Type
          ? argument.getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc()
          : clang::TypeLoc();
  const auto function = signature ? signature.getAs<clang::FunctionTypeLoc>()
                                  : clang::FunctionTypeLoc();
  const auto alias = signature ? signature.getAs<clang::TypedefTypeLoc>()
                               : clang::TypedefTypeLoc();
  if (alias && is_program(alias.getTypedefNameDecl())) {
    facts_.links.insert({n.key, key_of_typedef(alias.getTypedefNameDecl()),
                         at->at, "is written with"});
  } else if (!function) {
    n.cannot = "its result is not written here: write std::function<R(...)>";
  } else if (!wrap_result(function, n.if_task)) {
    n.cannot = "its type stands in a macro: write it out";
  }
  facts_.add(n);
  return true;
}

// What is put into std::function objects is often said inside the library. So
// the specialisations of its constructors and assignments tell.
void collector::note_function_classes() {
  const auto& std_name = context_.Idents.get("std");
  for (const clang::NamedDecl* found :
       context_.getTranslationUnitDecl()->lookup(&std_name)) {
    const auto* space = clang::dyn_cast<clang::NamespaceDecl>(found);
    if (space == nullptr) continue;
    for (const clang::NamedDecl* one :
         space->lookup(&context_.Idents.get("function"))) {
      const auto* declared = clang::dyn_cast<clang::ClassTemplateDecl>(one);
      if (declared == nullptr) continue;
      for (const auto* special : declared->specializations()) {
        note_function_class(special);
      }
    }
  }
}

void collector::note_function_class(
    const clang::ClassTemplateSpecializationDecl* special) {
  const std::string slot =
      key_of_function_class(context_.getRecordType(special));
  if (slot.empty()) return;
  const auto* signature = special->getTemplateArgs()[0]
                              .getAsType()
                              ->getAs<clang::FunctionProtoType>();
  if (signature == nullptr) return;
  for (const clang::Decl* member : special->decls()) {
    const auto* declared = clang::dyn_cast<clang::FunctionTemplateDecl>(member);
    if (declared == nullptr) continue;
    for (const clang::FunctionDecl* made : declared->specializations()) {
      note_put(made, slot, signature->getReturnType());
    }
  }
}

void collector::note_put(const clang::FunctionDecl* made,
                         const std::string& slot, clang::QualType result) {
  const auto* arguments = made->getTemplateSpecializationArgs();
  if (arguments == nullptr || arguments->size() == 0 ||
      arguments->get(0).getKind() != clang::TemplateArgument::Type) {
    return;
  }
  clang::QualType put = arguments->get(0).getAsType().getNonReferenceType();
  if (put->isFunctionType()) put = context_.getPointerType(put);
  put = put.getCanonicalType().getUnqualifiedType();
  if (key_of_function_class(put) == slot) return;
  put_[put.getTypePtr()].emplace(slot, result);
}

// What no flow has told of: all objects of the type may be meant.
void collector::finish_slots() {
  for (const auto& [put, slots] : put_) {
    const std::string key = key_of_callable(clang::QualType(put, 0));
    if (key.empty()) continue;
    for (const auto& [slot, result] : slots) {
      if (put_by_flow_.contains({key, slot})) continue;
      unite({{slot, slot}}, {{key, slot}},
            put->getAsCXXRecordDecl()->getBeginLoc());
    }
  }
  for (const auto& [key, type] : written_) {
    if (key == type || claimed_.contains(key)) continue;
    note_type(type);
    facts_.links.insert({type, key, facts_.nodes[key].at, "is used as"});
  }
}

// A task of one result is no task of another.
void collector::check_result(const span& callable, const std::string& key,
                             const std::string& slot, clang::QualType result,
                             clang::QualType wanted) {
  if (result->isDependentType() || result->isUndeducedType() ||
      context_.hasSameUnqualifiedType(result, wanted)) {
    return;
  }
  const std::string type = slot.substr(slot.find(':') + 1);
  facts_.uses.insert({callable.at, key,
                      "a std::function<" + type +
                          "> takes no task of another result: let a "
                          "lambda await it",
                      use::kind::plain, callable.end});
}

}  // namespace greenify
