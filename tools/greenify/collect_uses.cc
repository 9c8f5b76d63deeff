// SPDX-License-Identifier: MIT
//
// Callables that are given away: a function's name, a lambda, a pointer. Green
// itself takes tasks. A slot of the program becomes one that holds tasks. All
// other code takes a callable that stays plain.
#include <clang/AST/DeclTemplate.h>

#include <optional>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

namespace {

// What passes a callable on, or keeps it, without a call of it.
bool passes_on(const std::string& name) {
  static const std::set<std::string, std::less<>> names = {
      "std::bind",        "std::function::operator()",
      "std::bind_front",  "std::ref",
      "std::cref",        "std::move",
      "std::forward",     "std::make_shared",
      "std::make_unique", "std::make_pair",
      "std::make_tuple",  "std::forward_as_tuple",
      "std::as_const",    "std::addressof",
      "std::mem_fn"};
  if (names.contains(name)) return true;
  const std::size_t last = name.rfind("::");
  const std::string member =
      last == std::string::npos ? name : name.substr(last + 2);
  static const std::set<std::string, std::less<>> members = {
      "emplace",   "emplace_back", "emplace_front", "push",
      "push_back", "push_front",   "insert",        "operator=",
      "assign",    "emplace_hint", "try_emplace",   "insert_or_assign",
      "swap",      "reset"};
  return name.starts_with("std::") && members.contains(member);
}

std::string advice_for(const std::string& name) {
  if (name == "signal" || name == "sigaction") {
    return "a signal handler cannot wait: a green thread awaits "
           "green::sigwait";
  }
  if (name.starts_with("std::")) {
    return name + " does not await it: write a loop";
  }
  return name + " calls it and cannot await it: call it from a green thread";
}

}  // namespace

void collector::keep(const std::string& key, const std::string& slot,
                     clang::SourceRange at, const std::string& text) {
  const auto found = places_.of(at);
  if (found && key != slot) facts_.links.insert({slot, key, found->at, text});
}

// In a variable or a member. One that a library declares is called by that.
void collector::keep_in(const clang::ValueDecl* holder, const std::string& key,
                        clang::SourceRange at) {
  // An assignment in a template's pattern may be one to a std::function, whose
  // flows are followed elsewhere.
  if (!functions_in(holder->getType()).empty()) return;
  if (is_program(holder)) {
    keep(key, key_of_slot(holder), at, "is kept in");
  } else if (const auto place = places_.of(at)) {
    facts_.uses.insert({place->at, key,
                        holder->getNameAsString() +
                            " is a library's, whose calls cannot await it",
                        use::kind::plain, place->end});
  }
}

// A function that becomes a std::function. Closures are found by the
// specialisations of its constructors.
void collector::put_by_name(const clang::CXXConstructorDecl* made,
                            unsigned argument, const std::string& key,
                            clang::SourceRange at) {
  const std::string slot =
      key_of_function_class(context_.getRecordType(made->getParent()));
  const auto* wanted =
      clang::cast<clang::ClassTemplateSpecializationDecl>(made->getParent())
          ->getTemplateArgs()[0]
          .getAsType()
          ->getAs<clang::FunctionProtoType>();
  clang::QualType type =
      made->getParamDecl(argument)->getType().getNonReferenceType();
  if (type->isFunctionPointerType()) type = type->getPointeeType();
  const auto* given = type->getAs<clang::FunctionProtoType>();
  if (given == nullptr || wanted == nullptr) return;
  if (wanted_.functions == options::slots::type) {
    keep(key, slot, at, "is put into");
  }
  if (const auto text = places_.of(at)) {
    check_result(*text, key, slot, given->getReturnType(),
                 wanted->getReturnType());
  }
}

// A parameter whose type a template deduces holds all that it is given.
void collector::given_to_program(const clang::FunctionDecl* callee,
                                 unsigned argument, const std::string& key,
                                 clang::SourceRange at) {
  const clang::ParmVarDecl* p = callee->getParamDecl(argument);
  if (!p->getType()->isFunctionPointerType() &&
      !p->getType()->isFunctionReferenceType()) {
    return;
  }
  const auto* pattern = callee->getTemplateInstantiationPattern();
  if (pattern != nullptr && argument < pattern->getNumParams() &&
      pattern->getParamDecl(argument)->getType()->isFunctionPointerType()) {
    p = pattern->getParamDecl(argument);
  } else if (pattern != nullptr) {
    node n;
    n.key = key_of_slot(p);
    n.name = p->getNameAsString();
    n.is = node::kind::slot;
    if (const auto place = places_.of(p->getLocation())) n.at = place->at;
    facts_.add(n);
  }
  keep(key, key_of_slot(p), at, "is kept in");
}

void collector::given_to(const clang::FunctionDecl* callee, unsigned argument,
                         const std::string& key, clang::SourceRange at) {
  if (is_program(callee)) {
    if (argument < callee->getNumParams()) {
      given_to_program(callee, argument, key, at);
    }
    return;
  }
  const std::string name = qualified_name(callee);
  if (passes_on(name)) return;
  std::string owner = name;
  if (const auto* made = clang::dyn_cast<clang::CXXConstructorDecl>(callee)) {
    owner = qualified_name(made->getParent());
    if (owner == "std::function") {
      put_by_name(made, argument, key, at);
      return;
    }
    if (made->getParent()->isLambda() || made->isCopyOrMoveConstructor()) {
      return;
    }

    static const std::set<std::string, std::less<>> keepers = {
        "std::pair",
        "std::tuple",
        "std::optional",
        "std::vector",
        "std::unique_ptr",
        "std::shared_ptr",
        "std::initializer_list"};
    if (keepers.contains(owner) && owner != "std::unique_ptr" &&
        owner != "std::shared_ptr") {
      return;
    }
  }
  const greenify::name* found = names_.find(owner);
  const bool handles = owner == "signal" || owner == "sigaction";
  if (found != nullptr && !handles &&
      (found->in == list::awaited || found->in == list::own)) {
    // Green's own takes a task.
    const auto place = places_.of(at);
    const bool starts = owner == "std::thread" || owner == "std::jthread";
    if (place && owner == "pthread_create") {
      facts_.uses.insert({place->at, key, owner + " takes a task",
                          use::kind::task, place->end});
    } else if (place && starts && argument == 0) {
      facts_.uses.insert({place->at, key, "", use::kind::started, place->end});
    }
    return;
  }
  if (const auto place = places_.of(at)) {
    facts_.uses.insert(
        {place->at, key, advice_for(owner), use::kind::plain, place->end});
  }
}

// Looks up the path for the place that takes the callable.
void collector::note_use(const clang::Expr* callable, const std::string& key) {
  handed g = {callable, callable, {}, key};
  for (std::size_t i = path_.size(); i-- > 0;) {
    const step& up = path_[i];
    if (up.stmt == callable) continue;
    if (up.decl != nullptr) {
      const auto* holder = clang::dyn_cast<clang::ValueDecl>(up.decl);
      if (holder != nullptr && !clang::isa<clang::FunctionDecl>(holder) &&
          (holder->getType()->isFunctionPointerType() ||
           context_.getBaseElementType(holder->getType())
               ->isFunctionPointerType() ||
           holder->getType()->isFunctionReferenceType())) {
        keep_in(holder, key, callable->getSourceRange());
        drop_casts(g);
      }
      return;
    }
    if (up.stmt == nullptr || is_taken(up.stmt, g)) return;
    if (const auto* cast = clang::dyn_cast<clang::CStyleCastExpr>(up.stmt)) {
      g.casts.push_back(cast);
    }
    g.child = up.stmt;
  }
}

// Whether the search ends at this statement.
bool collector::is_taken(const clang::Stmt* by, const handed& g) {
  const clang::SourceRange at = g.callable->getSourceRange();
  if (const auto* call = clang::dyn_cast<clang::CallExpr>(by)) {
    take_in_call(call, g);
    return true;
  }
  if (const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(by)) {
    const auto* constructor = made->getConstructor();
    if (constructor->getParent()->isLambda() ||
        (constructor->isCopyOrMoveConstructor() &&
         !key_of_callable(made->getType()).empty())) {
      return false;
    }
    for (unsigned n = 0; n < made->getNumArgs(); ++n) {
      if (made->getArg(n) == g.child) given_to(constructor, n, g.key, at);
    }
    return true;
  }
  if (const auto* assigned = clang::dyn_cast<clang::BinaryOperator>(by)) {
    const auto* holder = assigned->getOpcode() == clang::BO_Assign &&
                                 assigned->getRHS() == g.child
                             ? holder_of(assigned->getLHS())
                             : nullptr;
    if (holder != nullptr) {
      keep_in(holder, g.key, at);
      if (is_program(holder)) drop_casts(g);
    }
    return true;
  }
  if (const auto* list = clang::dyn_cast<clang::InitListExpr>(by)) {
    if (list->getType()->isRecordType()) drop_casts(g);
    return note_in_list(list, g.child, g.key, at);
  }
  return clang::isa<clang::CompoundStmt, clang::IfStmt, clang::ReturnStmt,
                    clang::LambdaExpr, clang::WhileStmt, clang::ForStmt>(by);
}

void collector::take_in_call(const clang::CallExpr* call, const handed& g) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (callee == nullptr) return;
  if (is_program(callee) || qualified_name(callee) == "pthread_create") {
    drop_casts(g);
  }
  // The object of an operator stands among its arguments.
  const unsigned shift = clang::isa<clang::CXXOperatorCallExpr>(call) &&
                                 clang::isa<clang::CXXMethodDecl>(callee)
                             ? 1
                             : 0;
  for (unsigned n = shift; n < call->getNumArgs(); ++n) {
    if (call->getArg(n) == g.child) {
      given_to(callee, n - shift, g.key, g.callable->getSourceRange());
    }
  }
}

namespace {

// A function of another type than the place that takes it: a lambda of that
// type stands around its name. Nothing if the two types are one.
std::optional<std::pair<std::string, std::string>> around(
    const clang::FunctionDecl* function, const clang::FunctionProtoType* wanted,
    const clang::ASTContext& context) {
  using parts = std::pair<std::string, std::string>;
  const clang::QualType result = wanted->getReturnType();
  const clang::QualType own = function->getReturnType();
  bool same = context.hasSameType(result, own) &&
              function->getNumParams() == wanted->getNumParams();
  if (function->getNumParams() > wanted->getNumParams()) return {};
  const auto print = [&](clang::QualType type) {
    return type.getAsString(context.getPrintingPolicy());
  };
  std::string parameters, arguments;
  for (unsigned n = 0; n < wanted->getNumParams(); ++n) {
    const std::string name = "argument" + (n == 0 ? "" : std::to_string(n));
    const clang::QualType type = wanted->getParamType(n);
    if (type->isFunctionPointerType()) return parts();
    if (n > 0) parameters += ", ";
    parameters += print(type) + " " + name;
    if (n >= function->getNumParams()) continue;
    const clang::QualType taken = function->getParamDecl(n)->getType();
    same = same && context.hasSameType(type, taken);
    if (n > 0) arguments += ", ";
    arguments += "(" + print(taken) + ")" + name;
  }
  if (same) return parts();
  std::string open = "[](" + parameters + ") -> green::task<" +
                     (result->isVoidType() ? "" : print(result)) + "> { ";
  std::string close = "(" + arguments + ");";
  if (result->isVoidType()) {
    open += "co_await ";
  } else if (own->isVoidType() ||
             (result->isPointerType() && !own->isPointerType())) {
    open += "co_await ";
    close += result->isPointerType() ? " co_return nullptr;" : " co_return 0;";
  } else {
    open += "co_return (" + print(result) + ")co_await ";
  }
  return parts(open, close + " }");
}

}  // namespace

// A cast that hides the type of a function would hide that it is a task.
void collector::drop_casts(const handed& g) {
  const auto name = places_.of(g.callable->getSourceRange());
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(g.callable);
  const auto* function =
      named == nullptr ? nullptr
                       : clang::dyn_cast<clang::FunctionDecl>(named->getDecl());
  const clang::QualType to =
      g.casts.empty() ? clang::QualType() : g.casts.back()->getType();
  if (!name || to.isNull() || !to->isFunctionPointerType()) return;
  const auto* wanted = to->getPointeeType()->getAs<clang::FunctionProtoType>();
  std::string open, close;
  if (function != nullptr && wanted != nullptr) {
    const auto parts = around(function, wanted, context_);
    if (!parts) return;
    open = parts->first;
    close = parts->second;
  }
  node n;
  n.key = g.key;
  auto& edits = n.if_task.edits;
  const std::string& file = name->at.file;
  for (const clang::CStyleCastExpr* cast : g.casts) {
    const auto text = places_.of(
        clang::SourceRange(cast->getLParenLoc(), cast->getRParenLoc()));
    if (!text) return;
    const bool outermost = cast == g.casts.back();
    edits.insert({file, text->at.offset, text->length(),
                  outermost ? open : std::string()});
  }
  if (!close.empty()) {
    edits.insert({file, name->end, 0, close, closing(name->at.offset)});
  }
  facts_.add(n);
}

// The callable behind an object: a closure, a std::function, or an object of
// the program that can be called.
std::string collector::key_of_callable(clang::QualType type) const {
  const std::string slot = key_of_function_class(type);
  if (!slot.empty()) return slot;
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr || !is_program(record)) return "";
  if (record->isLambda()) return key_of(record->getLambdaCallOperator());
  if (!record->hasDefinition()) return "";
  for (const clang::CXXMethodDecl* method : record->methods()) {
    if (method->getOverloadedOperator() == clang::OO_Call) {
      return key_of(method);
    }
  }
  return "";
}

// A member of a struct that is initialised by a list. An array passes on to
// what it initialises.
bool collector::note_in_list(const clang::InitListExpr* list,
                             const clang::Stmt* child, const std::string& key,
                             clang::SourceRange at) {
  const auto* record = list->getType()->getAsRecordDecl();
  if (record == nullptr) return false;
  const clang::InitListExpr* semantic =
      list->isSemanticForm() ? list : list->getSemanticForm();
  if (semantic == nullptr) return true;
  const auto* named = clang::dyn_cast<clang::DesignatedInitExpr>(child);
  const clang::Expr* given =
      named == nullptr ? clang::dyn_cast<clang::Expr>(child) : named->getInit();
  if (given == nullptr) return true;
  unsigned n = 0;
  for (const clang::FieldDecl* field : record->fields()) {
    if (n >= semantic->getNumInits()) break;
    const clang::Expr* init = semantic->getInit(n++);
    if (init->IgnoreParenImpCasts() != given->IgnoreParenImpCasts() ||
        !field->getType()->isFunctionPointerType()) {
      continue;
    }
    keep_in(field, key, at);
  }
  return true;
}

}  // namespace greenify
