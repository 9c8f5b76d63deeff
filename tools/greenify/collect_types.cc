// SPDX-License-Identifier: MIT
//
// Names of types and functions that green has of its own, and the types of
// results.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

namespace {

clang::NestedNameSpecifierLoc first_of(clang::NestedNameSpecifierLoc names) {
  while (names.getPrefix()) names = names.getPrefix();
  return names;
}

// std::this_thread::yield in green:: is green::this_thread::yield. These are
// its words up to the name.
std::string words_before(const std::string& green, const std::string& name) {
  return green.substr(0, green.size() - name.size());
}

// The declaration that the written name of a type stands for.
const clang::NamedDecl* decl_of(clang::TypeLoc type) {
  if (const auto found = type.getAs<clang::UsingTypeLoc>()) {
    return found.getFoundDecl()->getTargetDecl();
  }
  if (const auto found = type.getAs<clang::TypedefTypeLoc>()) {
    return found.getTypedefNameDecl();
  }
  if (const auto found = type.getAs<clang::TagTypeLoc>()) {
    return found.getDecl();
  }
  if (const auto found = type.getAs<clang::TemplateSpecializationTypeLoc>()) {
    return found.getTypePtr()->getTemplateName().getAsTemplateDecl();
  }
  if (const auto found =
          type.getAs<clang::DeducedTemplateSpecializationTypeLoc>()) {
    return found.getTypePtr()->getTemplateName().getAsTemplateDecl();
  }
  return nullptr;
}

}  // namespace

void collector::need(const std::string& file, const std::string& include,
                     change& to) {
  to.headers.emplace(file, include);
}

// Writes green:: for std::, or before a name without a qualifier.
bool collector::prefix(const spelling& w, const clang::NamedDecl* decl,
                       const greenify::name& found, change& to) {
  const auto at = places_.of(w.name);
  if (!at) return false;
  need(at->at.file, names_.include_of(found), to);
  const std::string name = decl->getNameAsString();
  if (!w.qualifier) {
    to.edits.insert(
        {at->at.file, at->at.offset, 0, words_before(found.green, name)});
    return true;
  }
  clang::NestedNameSpecifierLoc first = first_of(w.qualifier);
  const auto begin = places_.of(first.getLocalBeginLoc());
  if (!begin) return false;
  using specifier = clang::NestedNameSpecifier;
  const specifier* names = first.getNestedNameSpecifier();
  if (names->getKind() == specifier::Global) {
    to.edits.insert({begin->at.file, begin->at.offset, 0, "green"});
    return true;
  }
  if (const auto* alias = names->getAsNamespaceAlias()) {
    const std::string scope = qualified_name(alias->getNamespace());
    if (is_program(alias) && scope != "std") return true;  // edited itself
    return report(w.name, level::error,
                  name + " is named through the alias " +
                      alias->getNameAsString() + ": write std:: here");
  }
  const auto* space = names->getAsNamespace();
  if (space == nullptr) return false;
  if (space->isStdNamespace()) {
    to.edits.insert(
        {begin->at.file, begin->at.offset, begin->length(), "green"});
  } else {
    const std::string path = space->getNameAsString() + "::";
    const std::size_t in = found.green.find(path);
    if (in == std::string::npos) return false;
    to.edits.insert(
        {begin->at.file, begin->at.offset, 0, found.green.substr(0, in)});
  }
  return true;
}

// A guard of a lock that green does not know stays std's.
bool collector::guards_foreign_lock(clang::QualType type) const {
  const auto* record =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          type->getAsCXXRecordDecl());
  if (record == nullptr) return false;
  const llvm::StringRef name = record->getName();
  if (name != "lock_guard" && name != "unique_lock" && name != "scoped_lock" &&
      name != "shared_lock") {
    return false;
  }
  for (const clang::TemplateArgument& argument :
       record->getTemplateArgs().asArray()) {
    const auto locks = argument.getKind() == clang::TemplateArgument::Pack
                           ? argument.getPackAsArray()
                           : llvm::ArrayRef(argument);
    for (const clang::TemplateArgument& lock : locks) {
      if (lock.getKind() == clang::TemplateArgument::Type &&
          own_type(lock.getAsType()->getAsCXXRecordDecl()) == nullptr) {
        return true;
      }
    }
  }
  return false;
}

void collector::type_named(const spelling& w, const clang::NamedDecl* decl,
                           clang::QualType type) {
  const name* found = own_type(decl);
  if (found == nullptr || guards_foreign_lock(type)) return;
  // The type that an inherited constructor names has parts that nobody wrote.
  const auto token = places_.of(w.name);
  if (!token || places_.text(*token) != decl->getNameAsString()) return;
  if (!prefix(w, decl, *found, facts_.always)) return;
  if (frames_.empty() || frames_.back().function == nullptr) return;
  node n;
  n.key = frames_.back().key;
  n.owns = true;
  facts_.add(n);
}

bool collector::VisitElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
  const clang::TypeLoc named = type.getNamedTypeLoc();
  clang::SourceLocation at = named.getBeginLoc();
  if (const auto special =
          named.getAs<clang::TemplateSpecializationTypeLoc>()) {
    at = special.getTemplateNameLoc();
  }
  const auto* decl = decl_of(named);
  if (decl == nullptr) return true;
  const auto whole = places_.of(type.getSourceRange());
  if (whole && type.getType()->isDependentType() &&
      qualified_name(decl) == "std::invoke_result_t") {
    const std::string_view text = places_.text(*whole);
    const std::size_t open = text.find('<');
    if (open != text.npos) {
      write_call_result(
          *whole, std::string(text.substr(open + 1, text.size() - open - 2)));
    }
    return true;
  }
  type_named({type.getQualifierLoc(), at}, decl, type.getType());
  return true;
}

bool collector::TraverseNestedNameSpecifierLoc(
    clang::NestedNameSpecifierLoc names) {
  if (!names) return true;
  using specifier = clang::NestedNameSpecifier;
  const auto kind = names.getNestedNameSpecifier()->getKind();
  if (kind == specifier::TypeSpec || kind == specifier::TypeSpecWithTemplate) {
    const clang::TypeLoc type = names.getTypeLoc();
    const auto* decl = decl_of(type);
    if (decl != nullptr) {
      type_named({names.getPrefix(), type.getBeginLoc()}, decl, type.getType());
    }
  }
  return RecursiveASTVisitor::TraverseNestedNameSpecifierLoc(names);
}

void collector::write_call_result(const span& text,
                                  const std::string& arguments) {
  const std::string& file = text.at.file;
  facts_.always.edits.insert({file, text.at.offset, text.length(),
                              "green::call_result_t<" + arguments + ">"});
  need(file, "green/green.h", facts_.always);
}

// typename std::result_of<F(A...)>::type, and that of invoke_result<F, A...>:
// the result that an await of the call has.
bool collector::VisitDependentNameTypeLoc(clang::DependentNameTypeLoc type) {
  const clang::NestedNameSpecifierLoc in = type.getQualifierLoc();
  const auto text = places_.of(type.getSourceRange());
  if (!in || !text || in.getNestedNameSpecifier()->getAsType() == nullptr) {
    return true;
  }
  const auto special =
      in.getTypeLoc().getAs<clang::TemplateSpecializationTypeLoc>();
  const auto* decl = decl_of(in.getTypeLoc());
  if (!special || decl == nullptr || special.getNumArgs() == 0) return true;
  const std::string name = qualified_name(decl);
  const auto first = places_.of(special.getArgLoc(0).getSourceRange());
  const auto last =
      places_.of(special.getArgLoc(special.getNumArgs() - 1).getSourceRange());
  if (!first || !last) return true;
  if (name == "std::invoke_result") {
    write_call_result(*text,
                      std::string(places_.text({first->at, last->end, false})));
  } else if (name == "std::result_of") {
    const auto call = special.getArgLoc(0)
                          .getTypeSourceInfo()
                          ->getTypeLoc()
                          .getAs<clang::FunctionTypeLoc>();
    const auto function =
        call ? places_.of(call.getReturnLoc().getSourceRange()) : std::nullopt;
    const auto open = call ? places_.of(call.getLParenLoc()) : std::nullopt;
    const auto close = call ? places_.of(call.getRParenLoc()) : std::nullopt;
    if (!function || !open || !close) return true;
    std::string arguments(places_.text(*function));
    const span given = {{open->at.file, open->end, 0}, close->at.offset, false};
    if (given.length() > 0) {
      arguments += ", " + std::string(places_.text(given));
    }
    write_call_result(*text, arguments);
  }
  return true;
}

// decltype(f(a...)) where f and a are parameters of a template. Nothing runs in
// a decltype.
bool collector::TraverseDecltypeTypeLoc(clang::DecltypeTypeLoc type) {
  const auto text = places_.of(type.getSourceRange());
  const auto* call = clang::dyn_cast<clang::CallExpr>(type.getUnderlyingExpr());
  if (!type.getType()->isDependentType()) {
    note_operand(type.getUnderlyingExpr(), "decltype");
  }
  if (!text || call == nullptr || !call->isTypeDependent()) return true;
  std::string arguments = called_type(call->getCallee());
  for (const clang::Expr* argument : call->arguments()) {
    const std::string one = called_type(argument);
    if (one.empty()) return true;
    arguments += ", " + one;
  }
  if (arguments.empty() || arguments.front() == ',') return true;
  if (const auto inner = places_.of(call->getSourceRange())) {
    rewritten_.insert({inner->at.file, inner->at.offset});
  }
  write_call_result(*text, arguments);
  return true;
}

// The template parameter that is the type of a parameter, or nothing.
std::string collector::called_type(const clang::Expr* e) const {
  if (const auto* pack = clang::dyn_cast<clang::PackExpansionExpr>(e)) {
    const std::string one = called_type(pack->getPattern());
    return one.empty() ? "" : one + "...";
  }
  if (const auto* call = clang::dyn_cast<clang::CallExpr>(e)) {
    const bool forwards = call->getNumArgs() == 1;
    return forwards ? called_type(call->getArg(0)) : "";
  }
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(e->IgnoreParens());
  if (named == nullptr) return "";
  clang::QualType type = named->getDecl()->getType();
  if (const auto* pack = type->getAs<clang::PackExpansionType>()) {
    type = pack->getPattern();
  }
  // Type::getAs gives the canonical parameter, which has no name.
  const auto* parameter = clang::dyn_cast<clang::TemplateTypeParmType>(
      type.getNonReferenceType()->getUnqualifiedDesugaredType());
  return parameter == nullptr || parameter->getDecl() == nullptr
             ? ""
             : parameter->getDecl()->getNameAsString();
}

// `namespace fs = std::filesystem;` stands for the mirror as a whole.
bool collector::VisitNamespaceAliasDecl(clang::NamespaceAliasDecl* alias) {
  const std::string scope = qualified_name(alias->getNamespace()) + "::";
  if (scope == "std::") return true;
  for (const mirror& m : names_.mirrors()) {
    if (m.scope != scope || !alias->getQualifierLoc()) continue;
    const auto std =
        places_.of(first_of(alias->getQualifierLoc()).getLocalBeginLoc());
    if (!std) return true;
    facts_.always.edits.insert(
        {std->at.file, std->at.offset, std->length(), "green"});
    need(std->at.file, "green/" + m.header, facts_.always);
  }
  return true;
}

bool collector::wrap_type(clang::TypeLoc type, change& to) {
  auto text = places_.of(type.getSourceRange());
  if (!text) return false;
  const std::string& file = text->at.file;
  need(file, "green/green.h", to);
  if (places_.text(*text) == "void") {
    to.edits.insert({file, text->at.offset, text->length(), "green::task<>"});
    return true;
  }
  if (type.getType()->getContainedAutoType() != nullptr &&
      type.getUnqualifiedLoc().getAs<clang::AutoTypeLoc>()) {
    to.edits.insert({file, text->at.offset, text->length(),
                     std::string("green::task<") + deduced + ">"});
    return true;
  }
  text = places_.with_words_before(
      *text, {"const", "volatile", "struct", "enum", "union", "class",
              "typename", "unsigned", "signed", "long", "short"});
  if (const unsigned end = places_.after(file, text->end, "const")) {
    text->end = end;
  }
  // A const result is a copy: the const says nothing.
  if (type.getType().isConstQualified() && !type.getType()->isPointerType() &&
      places_.text(*text).starts_with("const ")) {
    to.edits.insert({file, text->at.offset, 6, ""});
  }
  to.edits.insert(
      {file, text->at.offset, 0, "green::task<", opening(text->end)});
  // `char *f()` has no space before its name.
  const std::string_view behind = places_.file_text(file).substr(text->end, 1);
  const bool joined = !behind.empty() && behind != " " && behind != ">" &&
                      behind != "(" && behind != "\n" && behind != "{";
  to.edits.insert(
      {file, text->end, 0, joined ? "> " : ">", closing(text->at.offset)});
  return true;
}

bool collector::wrap_result(clang::FunctionTypeLoc function, change& to) {
  return function && wrap_type(function.getReturnLoc(), to);
}

}  // namespace greenify
