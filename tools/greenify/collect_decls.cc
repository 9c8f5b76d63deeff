// SPDX-License-Identifier: MIT
//
// Functions: why one can be no task, and the edits that make it one.
#include <clang/AST/DeclTemplate.h>

#include <array>
#include <cctype>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

bool is_instantiation(const clang::FunctionDecl* function) {
  return function->getTemplateSpecializationKind() ==
             clang::TSK_ImplicitInstantiation ||
         function->getTemplateSpecializationKind() ==
             clang::TSK_ExplicitInstantiationDefinition ||
         function->getTemplateSpecializationKind() ==
             clang::TSK_ExplicitInstantiationDeclaration;
}

namespace {

bool ends_with_return(const clang::Stmt* body) {
  const auto* block = clang::dyn_cast_or_null<clang::CompoundStmt>(body);
  return block != nullptr && !block->body_empty() &&
         clang::isa<clang::ReturnStmt>(block->body_back());
}

std::string co_return_before(std::size_t brace, std::string_view text) {
  const bool space =
      brace > 0 && (text[brace - 1] == ' ' || text[brace - 1] == '\n');
  return space ? "co_return; " : " co_return; ";
}

}  // namespace

std::string collector::why_no_task(const clang::FunctionDecl* function) const {
  if (clang::isa<clang::CXXConstructorDecl>(function)) {
    return "a constructor cannot wait: give the class a static "
           "green::task<T> make(...)";
  }
  if (const auto* d = clang::dyn_cast<clang::CXXDestructorDecl>(function)) {
    return d->isVirtual() ? "a virtual destructor cannot wait: give the class "
                            "a virtual shutdown(), and await that"
                          : "";
  }
  if (clang::isa<clang::CXXConversionDecl>(function)) {
    return "a conversion cannot wait: give it a name";
  }
  if (function->isConsteval()) return "a consteval function cannot wait";
  if (function->isVariadic()) {
    return "a coroutine takes no `...`: make it a variadic template, or split "
           "off a function with a va_list";
  }
  if (clang::isa_and_nonnull<clang::CXXTryStmt>(function->getBody()) &&
      clang::isa<clang::CXXDestructorDecl>(function)) {
    return "a handler of the whole function cannot wait: put the try inside";
  }
  const clang::FunctionTypeLoc type = function->getFunctionTypeLoc();
  if (!type) return "it is declared by a typedef: write its type out";
  const clang::TypeLoc result = type.getReturnLoc();
  if (!is_instantiation(function) && !places_.of(result.getSourceRange())) {
    return "its result's type stands in a macro: write it out";
  }
  const auto name = places_.of(function->getLocation());
  const auto text = places_.of(result.getSourceRange());
  if (name && text && text->at.offset < name->at.offset &&
      text->end > name->at.offset) {
    return "its result's type stands around its name: give the type a name";
  }
  return "";
}

bool collector::VisitFunctionDecl(clang::FunctionDecl* function) {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  if (method != nullptr && method->getParent()->isLambda()) return true;
  if (function->isImplicit() || function->isDefaulted() ||
      function->isDeleted()) {
    return true;
  }
  note_function(function);
  if (method == nullptr) return true;
  for (const clang::CXXMethodDecl* base : method->overridden_methods()) {
    const std::string key = key_of(method), over = key_of(base);
    unite_overrides(method, base);
    if (!is_program(base)) {
      node n;
      n.key = key;
      n.cannot = "it overrides " + name_of(base) +
                 " of a library, which does not wait";
      facts_.add(n);
    } else if (const auto at = places_.of(function->getLocation())) {
      facts_.links.insert({over, key, at->at, "is overridden by"});
    }
  }
  return true;
}

void collector::note_function(const clang::FunctionDecl* function) {
  node n;
  n.key = key_of(function);
  n.name = name_of(function);
  const auto at = places_.of(function->getLocation());
  if (at) n.at = at->at;
  n.defined = function->doesThisDeclarationHaveABody();
  n.cannot = why_no_task(function);
  if (const auto type = function->getFunctionTypeLoc()) {
    note_holder(key_of_result(function), n.name + "'s result",
                function->getLocation(), type.getReturnLoc());
  }
  if (function->getOverloadedOperator() == clang::OO_Call) let_go(function);
  if (clang::isa<clang::CXXConstructorDecl>(function)) {
    n.is = node::kind::constructor;
  } else if (clang::isa<clang::CXXDestructorDecl>(function)) {
    n.is = node::kind::destructor;
  } else if (function->isMain()) {
    n.is = node::kind::main;
  }
  const auto* ends = clang::dyn_cast<clang::CXXDestructorDecl>(function);
  if (ends != nullptr && n.cannot.empty()) {
    shut_down(ends, n);
  } else if (n.cannot.empty()) {
    declare_task(function, n);
  }
  facts_.add(n);
}

void collector::declare_task(const clang::FunctionDecl* function, node& to) {
  const clang::QualType result = function->getReturnType();
  const bool written = !is_instantiation(function);
  const clang::TypeLoc type = function->getFunctionTypeLoc().getReturnLoc();
  if (type.getType()->getContainedAutoType() != nullptr &&
      !result->isUndeducedType() && !result->isDependentType()) {
    to.results.insert(printed(result));
  }
  if (!written) return;
  drop_words(function, to);
  if (!take_base_result(function, to)) {
    wrap_result(function->getFunctionTypeLoc(), to.if_task);
  }
  if (!function->doesThisDeclarationHaveABody()) return;
  if (clang::isa<clang::CXXTryStmt>(function->getBody())) {
    const auto body = places_.of(function->getBody()->getSourceRange());
    if (!body) {
      to.cannot = "its body stands in a macro: write it out";
      return;
    }
    // A handler moves behind its try, and that stays in the function.
    const std::string& file = body->at.file;
    to.if_task.edits.insert({file, body->at.offset, 0, "{ ", -(1L << 50)});
    to.if_task.edits.insert({file, body->end, 0,
                             function->isMain() ? " co_return 0; }" : " }",
                             1L << 50});
  }
  if (function->isMain()) {
    note_main(function, to);
  } else {
    note_end(function, to);
  }
}

// No coroutine is constexpr. One with [[noreturn]] returns its task.
void collector::drop_words(const clang::FunctionDecl* function,
                           node& to) const {
  const auto name = places_.of(function->getLocation());
  auto begin = places_.of(function->getOuterLocStart());
  if (!name || !begin || name->in_macro) return;
  const std::string& file = name->at.file;
  const std::string_view text = places_.file_text(file);
  // Attributes stand before the place that clang calls the beginning.
  std::size_t from = text.find_last_of(";{}\n", begin->at.offset);
  from = from == text.npos ? 0 : from + 1;
  const std::string_view before = text.substr(from, name->at.offset - from);
  const auto drop = [&](std::string_view words) {
    const std::size_t at = before.find(words);
    if (at == before.npos) return;
    std::size_t length = words.size();
    while (at + length < before.size() && before[at + length] == ' ') ++length;
    to.if_task.edits.insert({file, unsigned(from + at), unsigned(length), ""});
  };
  if (function->hasAttr<clang::CXX11NoReturnAttr>() ||
      function->hasAttr<clang::NoReturnAttr>()) {
    for (const char* words :
         {"[[noreturn]]", "_Noreturn", "__attribute__((noreturn))",
          "__attribute__((__noreturn__))"}) {
      drop(words);
    }
  }
  if (!function->isConstexprSpecified()) return;
  drop("constexpr");
  to.if_task.findings.insert({name->at, level::warning,
                              to.name + " waits, and is no longer constexpr"});
}

// A task<derived*> overrides no task<base*>.
bool collector::take_base_result(const clang::FunctionDecl* function,
                                 node& to) {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  if (method == nullptr || method->size_overridden_methods() == 0) return false;
  while (method->size_overridden_methods() > 0) {
    method = *method->begin_overridden_methods();
  }
  const clang::QualType result = method->getReturnType();
  if (context_.hasSameType(result, function->getReturnType())) return false;
  const auto text = places_.of(
      function->getFunctionTypeLoc().getReturnLoc().getSourceRange());
  const auto name = places_.of(function->getLocation());
  if (!text || !name) return false;
  const span whole = places_.with_words_before(*text, {"const", "struct"});
  need(whole.at.file, "green/green.h", to.if_task);
  const std::string_view behind =
      places_.file_text(whole.at.file).substr(whole.end, 1);
  to.if_task.edits.insert(
      {whole.at.file, whole.at.offset, whole.length(),
       "green::task<" + printed(result) + (behind == " " ? ">" : "> ")});
  to.if_task.findings.insert(
      {name->at, level::warning,
       to.name + " waits, and returns the type of the function it overrides"});
  return true;
}

// A void function without any co_await needs a co_return to be a coroutine.
void collector::note_end(const clang::FunctionDecl* function, node& to) {
  if (!function->getReturnType()->isVoidType()) return;
  const auto end = places_.of(function->getBody()->getEndLoc());
  if (!end) return;
  const std::string_view text = places_.file_text(end->at.file);
  to.if_empty.insert({end->at.file, end->at.offset, 0,
                      co_return_before(end->at.offset, text)});
}

// main becomes green_main, and a new main runs it.
void collector::note_main(const clang::FunctionDecl* function, node& to) {
  const auto name = places_.of(function->getLocation());
  const auto end = places_.of(function->getBody()->getEndLoc());
  const clang::FunctionTypeLoc type = function->getFunctionTypeLoc();
  const auto parameters =
      places_.of(clang::SourceRange(type.getLParenLoc(), type.getRParenLoc()));
  if (!name || !end || !parameters) {
    to.cannot = "main stands in a macro: write it out";
    return;
  }
  const std::string& file = name->at.file;
  // The new main hands all on, so that each parameter has a name there.
  std::string whole(places_.text(*parameters));
  std::string arguments;
  std::size_t longer = 0;
  for (const clang::ParmVarDecl* p : function->parameters()) {
    std::string given = p->getNameAsString();
    const auto at = places_.of(p->getLocation());
    if (given.empty() && at) {
      given = std::array{
          "argc", "argv",
          "envp"}[std::min<std::size_t>(p->getFunctionScopeIndex(), 2)];
      whole.insert(at->at.offset - parameters->at.offset + longer, " " + given);
      longer += given.size() + 1;
    }
    arguments += ", " + given;
  }
  to.if_task.edits.insert(
      {file, name->at.offset, name->length(), "green_main"});
  if (!ends_with_return(function->getBody()) &&
      !clang::isa<clang::CXXTryStmt>(function->getBody())) {
    to.if_task.edits.insert({file, end->at.offset, 0, "  co_return 0;\n"});
  }
  to.if_task.edits.insert({file, end->end, 0,
                           "\n\nint main" + whole +
                               " {\n  return green::run(green_main" +
                               arguments + ");\n}",
                           (1L << 50) + 1});
}

std::string collector::printed(clang::QualType type) const {
  if (type->isVoidType()) return "";
  clang::PrintingPolicy policy(context_.getLangOpts());
  policy.SuppressTagKeyword = true;
  policy.FullyQualifiedName = true;
  policy.Bool = true;
  std::string text = type.getUnqualifiedType().getAsString(policy);
  // Names of std that green has of its own are green's in the result, too.
  for (std::size_t at = 0; (at = text.find("std::", at)) != text.npos; ++at) {
    std::size_t end = at + 5;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
            text[end] == '_')) {
      ++end;
    }
    if (names_.prefixed(text.substr(at, end - at)) != nullptr) {
      text.replace(at, 3, "green");
    }
  }
  return text;
}

void collector::declare_lambda(const clang::LambdaExpr* lambda,
                               const clang::CXXMethodDecl* call) {
  node n;
  n.key = key_of(call);
  n.is = node::kind::lambda;
  n.defined = true;
  const auto at = places_.of(lambda->getBeginLoc());
  const auto body = places_.of(lambda->getBody()->getBeginLoc());
  const auto end = places_.of(lambda->getBody()->getEndLoc());
  n.name = "the lambda";
  if (!at || !body || !end) {
    n.cannot = "the lambda stands in a macro: write it out";
    facts_.add(n);
    return;
  }
  n.at = at->at;
  n.name = "the lambda of line " + std::to_string(at->at.line);
  const clang::QualType result = call->getReturnType();
  if (call->isVariadic()) n.cannot = "a coroutine takes no `...`";
  if (lambda->hasExplicitResultType()) {
    if (!wrap_result(call->getFunctionTypeLoc(), n.if_task)) {
      n.cannot = "its result's type stands in a macro: write it out";
    }
  } else {
    need(at->at.file, "green/green.h", n.if_task);
    n.if_task.edits.insert(
        {body->at.file, body->at.offset, 0,
         std::string(lambda->hasExplicitParameters() ? "-> green::task<"
                                                     : "() -> green::task<") +
             deduced + "> "});
  }
  const bool known = !result->isUndeducedType() && !result->isDependentType();
  const span whole = {at->at, end->end, false};
  const auto put = put_.find(context_.getRecordType(call->getParent())
                                 .getCanonicalType()
                                 .getTypePtr());
  bool as_wanted = false;  // by the std::function that it is put into
  if (put != put_.end() && known) {
    for (const auto& [slot, wanted] : put->second) {
      if (lambda->hasExplicitResultType() || wanted->isVoidType()) {
        check_result(whole, n.key, slot, result, wanted);
      } else {
        n.results.insert(printed(wanted));
        as_wanted = true;
      }
    }
  }
  if (known && !as_wanted && !lambda->hasExplicitResultType()) {
    n.results.insert(printed(result));
  }
  if (result->isVoidType()) {
    n.if_empty.insert(
        {end->at.file, end->at.offset, 0,
         co_return_before(end->at.offset, places_.file_text(end->at.file))});
  }
  facts_.add(n);
}

bool collector::VisitReturnStmt(clang::ReturnStmt* returned) {
  if (frames_.empty() || frames_.back().function == nullptr) return true;
  const clang::FunctionDecl* function = frames_.back().function;
  if (returned->getRetValue() != nullptr &&
      !functions_in(function->getReturnType()).empty()) {
    flow(held_by_result(function), returned->getRetValue());
  }
  node n;
  n.key = frames_.back().key;
  n.returns = true;
  const auto word = places_.of(returned->getReturnLoc());
  if (!word) {
    n.cannot = "a return of it stands in a macro: write it out";
  } else {
    n.if_task.edits.insert(
        {word->at.file, word->at.offset, word->length(), "co_return"});
    note_expansions(returned->getReturnLoc());
  }
  facts_.add(n);
  return true;
}

}  // namespace greenify
