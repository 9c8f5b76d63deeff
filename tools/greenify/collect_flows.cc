// SPDX-License-Identifier: MIT
//
// Objects of std::function by their declarations: a variable, a member, a
// parameter, a result, an element of a container. Each written std::function<>
// is a slot, and so is each declaration. What flows from one to another links
// them. A flow that is not understood goes through the slot of the type, which
// all such flows share.
#include <clang/AST/DeclTemplate.h>

#include <algorithm>

#include "tools/greenify/collector.h"

namespace greenify {

// All types that a type is made of: below pointers, references and arrays, and
// in the arguments of templates.
void collector::dig(clang::QualType type,
                    std::set<const clang::Type*>& found) const {
  type = type.getCanonicalType();
  for (;;) {
    if (type->isReferenceType()) {
      type = type.getNonReferenceType();
    } else if (const auto* array = type->getAsArrayTypeUnsafe()) {
      type = array->getElementType();
    } else if (type->isPointerType() && !type->isFunctionPointerType()) {
      type = type->getPointeeType();
    } else {
      break;
    }
  }
  if (type->isFunctionType()) type = context_.getPointerType(type);
  if (type->isDependentType()) return;
  type = type.getCanonicalType().getUnqualifiedType();
  if (!found.insert(type.getTypePtr()).second) return;
  const auto* record =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          type->getAsCXXRecordDecl());
  if (record == nullptr || !key_of_function_class(type).empty()) return;
  const auto dig_one = [&](const clang::TemplateArgument& one) {
    if (one.getKind() == clang::TemplateArgument::Type) {
      dig(one.getAsType(), found);
    }
  };
  for (const auto& one : record->getTemplateArgs().asArray()) {
    dig_one(one);
    if (one.getKind() != clang::TemplateArgument::Pack) continue;
    for (const auto& part : one.getPackAsArray()) dig_one(part);
  }
}

const std::set<const clang::Type*>& collector::parts_of(clang::QualType type) {
  static const std::set<const clang::Type*> none;
  if (type.isNull()) return none;
  type = type.getCanonicalType();
  const auto [it, fresh] = parts_.try_emplace(type.getAsOpaquePtr());
  if (fresh) dig(type, it->second);
  return it->second;
}

// The keys of the std::function types that a type is made of.
std::set<std::string> collector::functions_in(clang::QualType type) {
  std::set<std::string> keys;
  for (const clang::Type* part : parts_of(type)) {
    std::string key = key_of_function_class(clang::QualType(part, 0));
    if (!key.empty()) keys.insert(std::move(key));
  }
  return keys;
}

std::string collector::key_of_written(
    clang::TemplateSpecializationTypeLoc written) const {
  const std::string type = key_of_function_class(written.getType());
  if (wanted_.functions == options::slots::type || type.empty()) return type;
  const auto at = places_.of(written.getTemplateNameLoc());
  return at ? "written:" + at->at.file + ":" + std::to_string(at->at.offset)
            : type;
}

// The std::function<> that a type is written with.
collector::holders collector::written_in(clang::TypeLoc type) const {
  holders found;
  find_written(type, false, found);
  return found;
}

void collector::find_written(clang::TypeLoc type, bool open,
                             holders& found) const {
  for (;;) {
    type = type.getUnqualifiedLoc();
    if (const auto alias = type.getAs<clang::TypedefTypeLoc>()) {
      const auto* info = alias.getTypedefNameDecl()->getTypeSourceInfo();
      if (info == nullptr || !is_program(alias.getTypedefNameDecl())) return;
      type = info->getTypeLoc();
    } else if (type.getAs<clang::TemplateSpecializationTypeLoc>() ||
               type.getNextTypeLoc().isNull()) {
      break;
    } else {
      type = type.getNextTypeLoc();
    }
  }
  const auto special = type.getAs<clang::TemplateSpecializationTypeLoc>();
  if (!special) return;
  const std::string of_type = key_of_function_class(type.getType());
  if (!of_type.empty()) {
    found.insert({key_of_written(special), of_type, open});
    return;
  }
  // What the program's own templates do with a type is not followed.
  const auto* record = type.getType()->getAsCXXRecordDecl();
  open = open || (record != nullptr && is_program(record));
  for (unsigned i = 0; i < special.getNumArgs(); ++i) {
    const auto argument = special.getArgLoc(i);
    if (argument.getArgument().getKind() == clang::TemplateArgument::Type) {
      find_written(argument.getTypeSourceInfo()->getTypeLoc(), open, found);
    }
  }
}

// Notes the slots of a declaration, and links them to those of its type.
void collector::note_holder(const std::string& key, const std::string& name,
                            clang::SourceLocation at, clang::TypeLoc type) {
  const auto place = places_.of(at);
  if (!place || functions_in(type.getType()).empty()) return;
  for (const held& h : written_in(type)) {
    claimed_.insert(h.key);
    if (h.open) unite({h}, {{h.type, h.type}}, at);
    node n;
    n.key = key + " " + h.type;
    n.name = name;
    n.is = node::kind::slot;
    n.at = place->at;
    facts_.add(n);
    unite({h}, {{n.key, h.type}}, at);
  }
}

// The slots of a declaration. What its type is not written with shares the slot
// of the type.
collector::holders collector::held_in(const std::string& key,
                                      clang::QualType type,
                                      clang::TypeLoc written) {
  const holders names = written ? written_in(written) : holders();
  holders found;
  for (const std::string& one : functions_in(type)) {
    const bool is_written = std::ranges::any_of(
        names, [&](const held& h) { return h.type == one; });
    const bool flows = wanted_.functions == options::slots::flow;
    found.insert({is_written && flows ? key + " " + one : one, one});
  }
  return found;
}

std::string collector::key_of_result(const clang::FunctionDecl* f) const {
  return "result:" + key_of(f);
}

collector::holders collector::held_by_result(const clang::FunctionDecl* f) {
  const auto type = f->getTypeSourceInfo() == nullptr ? clang::FunctionTypeLoc()
                                                      : f->getFunctionTypeLoc();
  return held_in(key_of_result(f), f->getReturnType(),
                 type ? type.getReturnLoc() : clang::TypeLoc());
}

// Where the std::function objects of a declaration come from, or the callables.
collector::holders collector::held_by(const clang::ValueDecl* decl) {
  if (const auto* part = clang::dyn_cast<clang::BindingDecl>(decl)) {
    const auto* whole = clang::cast<clang::VarDecl>(part->getDecomposedDecl());
    return whole->getInit() == nullptr ? holders() : origin(whole->getInit());
  }
  if (functions_in(decl->getType()).empty()) return callables_in(decl);
  const auto* declared = clang::dyn_cast<clang::DeclaratorDecl>(decl);
  const bool has_type = declared != nullptr && is_program(decl) &&
                        declared->getTypeSourceInfo() != nullptr;
  holders found = held_in(key_of_slot(decl), decl->getType(),
                          has_type ? declared->getTypeSourceInfo()->getTypeLoc()
                                   : clang::TypeLoc());
  const auto* variable = clang::dyn_cast<clang::VarDecl>(decl);
  const bool has_auto =
      variable != nullptr && !clang::isa<clang::ParmVarDecl>(variable) &&
      variable->getInit() != nullptr && variable->getTypeSourceInfo() &&
      variable->getTypeSourceInfo()->getType()->getContainedDeducedType() !=
          nullptr;
  if (!has_auto || wanted_.functions == options::slots::type) return found;
  std::erase_if(found, [](const held& h) { return h.key == h.type; });
  found.merge(origin(variable->getInit()));
  return found;
}

collector::holders collector::callables_in(const clang::ValueDecl* decl) {
  holders found = callables_in(decl->getType());
  if (const auto* function = clang::dyn_cast<clang::FunctionDecl>(decl)) {
    if (is_program(function)) found.insert({key_of(function), ""});
  } else if ((decl->getType()->isFunctionPointerType() ||
              decl->getType()->isFunctionReferenceType()) &&
             is_program(decl)) {
    found.insert({key_of_slot(decl), ""});
  }
  return found;
}

// Closures, and objects of the program that can be called.
collector::holders collector::callables_in(clang::QualType type) {
  holders found;
  for (const clang::Type* part : parts_of(type)) {
    const clang::QualType one(part, 0);
    if (!key_of_function_class(one).empty()) continue;
    const std::string key = key_of_callable(one);
    if (!key.empty()) found.insert({key, ""});
  }
  return found;
}

// Links what flows from one place to another.
void collector::unite(const holders& to, const holders& from,
                      clang::SourceRange at) {
  if (to.empty() || from.empty()) return;
  auto found = places_.of(at);
  if (!found) {
    found =
        places_.of(context_.getSourceManager().getExpansionLoc(at.getBegin()));
  }
  const place where = found ? found->at : place();
  for (const held& t : to) {
    for (const held& f : from) {
      if (!f.type.empty() && f.type != t.type) continue;
      if (f.key == t.key) continue;
      note_type(t.type);
      facts_.links.insert({t.key, f.key, where, "is put into"});
      if (f.key != f.type) put_by_flow_.insert({f.key, t.type});
    }
  }
}

void collector::note_type(const std::string& type) {
  if (type.empty() || facts_.nodes.contains(type)) return;
  node n;
  n.key = type;
  n.name = "a std::function<" + type.substr(type.find(':') + 1) + ">";
  n.is = node::kind::slot;
  facts_.add(n);
}

// What is not followed further: all objects of the type may be meant.
void collector::let_go(const holders& found, clang::SourceRange at) {
  for (const held& h : found) {
    if (!h.type.empty()) unite({{h.type, h.type}}, {h}, at);
  }
}

// The function is called by code that is not followed.
void collector::let_go(const clang::FunctionDecl* function) {
  if (wanted_.functions == options::slots::type) return;
  for (const clang::ParmVarDecl* p : function->parameters()) {
    if (!functions_in(p->getType()).empty()) {
      let_go(held_by(p), p->getSourceRange());
    }
  }
  if (!functions_in(function->getReturnType()).empty()) {
    let_go(held_by_result(function), function->getLocation());
  }
}

// An override takes and gives what its base does.
void collector::unite_overrides(const clang::CXXMethodDecl* method,
                                const clang::CXXMethodDecl* base) {
  if (wanted_.functions == options::slots::type) return;
  if (!is_program(base)) {
    let_go(method);
    return;
  }
  const clang::SourceRange at = method->getLocation();
  for (unsigned i = 0; i < method->getNumParams(); ++i) {
    const clang::ParmVarDecl* p = method->getParamDecl(i);
    if (functions_in(p->getType()).empty()) continue;
    unite(held_by(base->getParamDecl(i)), held_by(p), at);
  }
  unite(held_by_result(base), held_by_result(method), at);
}

}  // namespace greenify
