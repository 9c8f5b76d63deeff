// SPDX-License-Identifier: MIT
//
// The identity of functions, slots and names. All instantiations of a template
// are one function, whose key is that of the pattern.
#include <clang/AST/DeclTemplate.h>
#include <clang/Index/USRGeneration.h>

#include "tools/greenify/collector.h"

namespace greenify {

namespace {

const clang::FunctionDecl* pattern_of(const clang::FunctionDecl* function) {
  if (const auto* pattern = function->getTemplateInstantiationPattern()) {
    function = pattern;
  }
  while (const auto* from = function->getInstantiatedFromMemberFunction()) {
    function = from;
  }
  return function->getCanonicalDecl();
}

}  // namespace

std::string collector::usr_of(const clang::Decl* decl) const {
  llvm::SmallString<128> usr;
  clang::index::generateUSRForDecl(decl, usr);
  const auto* named = clang::dyn_cast<clang::NamedDecl>(decl);
  if (named == nullptr || !named->isExternallyVisible() || usr.empty()) {
    if (const auto at = places_.anywhere(decl->getLocation())) {
      usr += "@" + at->at.file + ":" + std::to_string(at->at.offset);
    }
  }
  return usr.str().str();
}

std::string collector::key_of(const clang::FunctionDecl* function) const {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  if (method != nullptr && method->getParent()->isLambda()) {
    const auto at = places_.anywhere(method->getParent()->getBeginLoc());
    if (at) {
      return "lambda:" + at->at.file + ":" + std::to_string(at->at.offset);
    }
  }
  return usr_of(pattern_of(function));
}

std::string collector::key_of_typedef(
    const clang::TypedefNameDecl* alias) const {
  return "typedef:" + usr_of(alias->getCanonicalDecl());
}

// A pointer that is declared by a name for its type shares that name's slot.
std::string collector::key_of_slot(const clang::ValueDecl* holder) const {
  for (clang::QualType type = holder->getType();;) {
    if (const auto* alias = type->getAs<clang::TypedefType>()) {
      const clang::QualType below = alias->desugar();
      if (below->isFunctionPointerType() || below->isFunctionType()) {
        return key_of_typedef(alias->getDecl());
      }
      type = below;
    } else if (const auto* array = type->getAsArrayTypeUnsafe()) {
      type = array->getElementType();
    } else if (type->isPointerType() || type->isReferenceType()) {
      type = type->getPointeeType();
    } else {
      break;
    }
  }
  const auto* parameter = clang::dyn_cast<clang::ParmVarDecl>(holder);
  const auto* function =
      parameter == nullptr
          ? nullptr
          : clang::dyn_cast<clang::FunctionDecl>(parameter->getDeclContext());
  if (function != nullptr) {
    return "parameter:" + std::to_string(parameter->getFunctionScopeIndex()) +
           ":" + key_of(function);
  }
  if (const auto at =
          places_.anywhere(holder->getCanonicalDecl()->getLocation());
      at && !holder->isExternallyVisible()) {
    return "slot:" + at->at.file + ":" + std::to_string(at->at.offset);
  }
  if (const auto* field = clang::dyn_cast<clang::FieldDecl>(holder)) {
    // A field of an instantiation is that of the pattern, which has its place.
    if (const auto at = places_.anywhere(field->getLocation())) {
      return "slot:" + at->at.file + ":" + std::to_string(at->at.offset);
    }
  }
  return "slot:" + usr_of(holder->getCanonicalDecl());
}

// std::function<R(A...)> by its signature; empty for any other type.
std::string collector::key_of_function_class(clang::QualType type) const {
  const auto* record =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          type.getNonReferenceType()->getAsCXXRecordDecl());
  if (record == nullptr || !record->isInStdNamespace()) return "";
  if (record->getName() != "function" &&
      record->getName() != "move_only_function") {
    return "";
  }
  const clang::TemplateArgument& signature = record->getTemplateArgs()[0];
  if (signature.getKind() != clang::TemplateArgument::Type) return "";
  return "function:" + signature.getAsType().getCanonicalType().getAsString();
}

bool collector::is_program(const clang::Decl* decl) const {
  return decl != nullptr && places_.in_program(decl->getLocation());
}

std::string collector::name_of(const clang::FunctionDecl* function) const {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  if (method != nullptr && method->getParent()->isLambda()) {
    return "the lambda";
  }
  return function->getQualifiedNameAsString();
}

// libstdc++ declares members of std's classes in bases of theirs. So the type
// of the object has the first say.
const name* collector::mirrored(const clang::FunctionDecl* function,
                                const clang::Expr* object) const {
  if (is_program(function)) return nullptr;
  if (object != nullptr) {
    clang::QualType type = object->getType();
    if (type->isPointerType()) type = type->getPointeeType();
    if (const auto* record = type->getAsCXXRecordDecl()) {
      const name* found = names_.find(qualified_name(record) +
                                      "::" + function->getNameAsString());
      if (found != nullptr) return found;
    }
  }
  return names_.find(qualified_name(function));
}

const name* collector::own_type(const clang::NamedDecl* decl) const {
  if (decl == nullptr || is_program(decl)) return nullptr;
  // A struct of C is the original, even if a function has its name.
  if (decl->getDeclContext()->getRedeclContext()->isTranslationUnit() &&
      clang::isa<clang::RecordDecl>(decl)) {
    return nullptr;
  }
  return names_.prefixed(qualified_name(decl));
}

}  // namespace greenify
