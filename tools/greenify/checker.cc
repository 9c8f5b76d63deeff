// SPDX-License-Identifier: MIT
#include "tools/greenify/checker.h"

#include <clang/AST/DeclTemplate.h>
#include <clang/Index/USRGeneration.h>

namespace greenify {

checker::checker(clang::ASTContext& context, const names& green,
                 const std::map<std::string, std::string>& holders,
                 const std::string& root, check_facts& found)
    : context_(context),
      names_(green),
      holders_(holders),
      facts_(found),
      places_(context, root) {}

void checker::run() {
  TraverseDecl(context_.getTranslationUnitDecl());
  for (const auto& [path, id] : places_.files()) facts_.files.insert(path);
}

// ---- The way down ----

bool checker::TraverseDecl(clang::Decl* decl) {
  if (decl == nullptr) return true;
  if (!clang::isa<clang::TranslationUnitDecl>(decl) &&
      !places_.in_program(decl->getLocation())) {
    return true;
  }
  auto* function = clang::dyn_cast<clang::FunctionDecl>(decl);
  path_.push_back({nullptr, decl});
  bool go_on = true;
  if (function != nullptr && function->doesThisDeclarationHaveABody()) {
    // A pattern's own calls have no callees yet: its instantiations have.
    if (!function->isDependentContext()) {
      traverse_function(function, function->getBody());
    }
  } else if (!clang::isa<clang::StaticAssertDecl>(decl)) {
    go_on = RecursiveASTVisitor::TraverseDecl(decl);
  }
  path_.pop_back();
  return go_on;
}

bool checker::traverse_function(const clang::FunctionDecl* function,
                                const clang::Stmt* body) {
  frame entered;
  entered.key = key_of(function);
  entered.function = function;
  // A coroutine of another library, as of a generator, is a plain function
  // here.
  entered.coroutine = clang::isa<clang::CoroutineBodyStmt>(body) &&
                      is_awaitable(function->getReturnType());
  entered.path = path_.size();
  auto& known = facts_.functions[entered.key];
  known.name = name_of(function);
  known.coroutine |= entered.coroutine;
  known.on_hub |= entered.coroutine;
  known.plain =
      clang::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function);
  frames_.push_back(std::move(entered));
  if (const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function))
    note_override(method);
  if (const auto* made = clang::dyn_cast<clang::CXXConstructorDecl>(function)) {
    for (clang::CXXCtorInitializer* init : made->inits()) {
      if (init->isMemberInitializer())
        note_flow(slot_of(init->getMember()), init->getInit());
      if (init->isWritten()) TraverseStmt(init->getInit());
    }
  }
  TraverseStmt(const_cast<clang::Stmt*>(body));
  const frame left = std::move(frames_.back());
  frames_.pop_back();
  leave(left);
  return true;
}

bool checker::TraverseStmt(clang::Stmt* stmt) {
  if (stmt == nullptr) return true;
  // Nothing runs in these.
  if (clang::isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr,
                 clang::CXXTypeidExpr, clang::RequiresExpr,
                 clang::ConceptSpecializationExpr>(stmt)) {
    return true;
  }
  path_.push_back({stmt, nullptr});
  if (const auto* value = clang::dyn_cast<clang::Expr>(stmt)) {
    note_dropped(value);
  }
  const bool go_on = RecursiveASTVisitor::TraverseStmt(stmt);
  path_.pop_back();
  return go_on;
}

bool checker::TraverseLambdaExpr(clang::LambdaExpr* lambda) {
  for (unsigned i = 0; i < lambda->capture_size(); ++i) {
    TraverseStmt(lambda->capture_init_begin()[i]);
  }
  std::vector<clang::CXXMethodDecl*> calls;
  clang::CXXMethodDecl* call = lambda->getCallOperator();
  if (auto* generic = call->getDescribedFunctionTemplate()) {
    for (clang::FunctionDecl* one : generic->specializations()) {
      calls.push_back(clang::cast<clang::CXXMethodDecl>(one));
    }
  } else {
    calls.push_back(call);
  }
  for (clang::CXXMethodDecl* one : calls) {
    if (one->hasBody()) traverse_function(one, one->getBody());
  }
  return true;
}

void checker::leave(const frame& left) {
  for (const auto& [variable, used] : left.awaitables) {
    if (used) continue;
    note(variable->getLocation(), "dropped", variable->getNameAsString(),
         variable->getNameAsString() +
             " is an awaitable that nobody awaits, so that it does nothing: "
             "write co_await before its value");
  }
  for (const clang::SourceLocation at : left.conditions) {
    if (left.locals) break;
    note(at, "gcc12", "condition",
         "g++ 12 compiles co_await in a condition wrongly where the function "
         "has no local variable: write const bool yes = co_await ...;");
  }
  if (left.function->isMain() && !left.runs) {
    for (const clang::SourceLocation at : left.starts) {
      note(at, "lost", "main",
           "a green thread starts on a hub that never runs here: call "
           "green::run, and start it there");
    }
  }
}

// ---- Where a place is ----

void checker::note(clang::SourceLocation at, const char* rule,
                   const std::string& name, const std::string& text) {
  const auto found =
      places_.of(context_.getSourceManager().getExpansionLoc(at));
  if (found) facts_.mistakes.insert({found->at, rule, name, text});
}

bool checker::in_coroutine() const {
  return !frames_.empty() && frames_.back().coroutine;
}

namespace {

bool is_written_by_nobody(const clang::Stmt* up) {
  if (clang::isa<clang::ImplicitCastExpr, clang::ExprWithCleanups,
                 clang::MaterializeTemporaryExpr, clang::ConstantExpr,
                 clang::CXXBindTemporaryExpr, clang::ParenExpr>(up)) {
    return true;
  }
  const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(up);
  return made != nullptr && made->getNumArgs() == 1 &&
         made->getParenOrBraceRange().isInvalid();
}

}  // namespace

const clang::Stmt* checker::written_parent() const {
  for (std::size_t i = path_.size() - 1; i > 0; --i) {
    const clang::Stmt* up = path_[i - 1].stmt;
    if (up == nullptr || !is_written_by_nobody(up)) return up;
  }
  return nullptr;
}

bool checker::discarded_here() const {
  const clang::Stmt* child = path_.back().stmt;
  for (std::size_t i = path_.size() - 1; i-- > 0;) {
    const clang::Stmt* up = path_[i].stmt;
    if (up == nullptr) return false;
    if (const auto* cast = clang::dyn_cast<clang::ExplicitCastExpr>(up)) {
      if (cast->getType()->isVoidType()) return true;
    }
    const auto* chosen = clang::dyn_cast<clang::ConditionalOperator>(up);
    const auto* comma = clang::dyn_cast<clang::BinaryOperator>(up);
    if (comma != nullptr && comma->getOpcode() == clang::BO_Comma) {
      if (comma->getLHS() == child) return true;
    } else if (!(chosen != nullptr && chosen->getCond() != child) &&
               !is_written_by_nobody(up)) {
      return clang::isa<clang::CXXThrowExpr>(up) ||
             !clang::isa<clang::Expr, clang::ReturnStmt, clang::DeclStmt,
                         clang::CoreturnStmt>(up);
    }
    child = up;
  }
  return false;
}

bool checker::awaited_here() const {
  const std::size_t begin = frames_.empty() ? 0 : frames_.back().path;
  for (std::size_t i = path_.size() - 1; i-- > begin;) {
    const clang::Stmt* up = path_[i].stmt;
    if (up == nullptr) return false;
    if (clang::isa<clang::CoawaitExpr>(up)) return true;
    if (!clang::isa<clang::Expr>(up)) return false;
  }
  return false;
}

// ---- Names ----

std::string checker::key_of(const clang::FunctionDecl* function) const {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  const bool lambda = method != nullptr && method->getParent()->isLambda();
  // Each instantiation of a template is a function of its own: one may hold its
  // thread where another awaits.
  llvm::SmallString<128> usr;
  clang::index::generateUSRForDecl(function->getCanonicalDecl(), usr);
  if (!lambda && !usr.empty() && function->isExternallyVisible())
    return usr.str().str();
  const auto at = places_.anywhere(lambda ? method->getParent()->getBeginLoc()
                                          : function->getLocation());
  if (!at) return function->getNameAsString();
  std::string key = at->at.file + ":" + std::to_string(at->at.offset);
  if (function->isTemplateInstantiation())
    key += " " + function->getType().getCanonicalType().getAsString();
  const clang::DeclContext* in =
      lambda ? method->getParent()->getParentFunctionOrMethod()
             : function->getParentFunctionOrMethod();
  const auto* around = clang::dyn_cast_or_null<clang::FunctionDecl>(in);
  return around == nullptr ? key + " " + usr.str().str()
                           : key + " in " + key_of(around);
}

std::string checker::name_of(const clang::FunctionDecl* function) const {
  const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(function);
  if (method != nullptr && method->getParent()->isLambda()) return "a lambda";
  std::string name = function->getQualifiedNameAsString();
  const std::string unnamed = "(anonymous namespace)::";
  const std::size_t at = name.find(unnamed);
  if (at != std::string::npos) name.erase(at, unnamed.size());
  return name;
}

bool checker::is_green(const clang::Decl* decl) const {
  const auto* named = clang::dyn_cast_or_null<clang::NamedDecl>(decl);
  return named != nullptr && qualified_name(named).starts_with("green::");
}

// ---- Types ----

bool checker::has_awaiter(const clang::CXXRecordDecl* record) const {
  record = record->getDefinition();
  if (record == nullptr) return false;
  const auto [known, fresh] = awaiters_.try_emplace(record, false);
  if (!fresh) return known->second;
  bool found = false;
  for (const clang::Decl* member : record->decls()) {
    if (const auto* inside =
            clang::dyn_cast<clang::FunctionTemplateDecl>(member)) {
      member = inside->getTemplatedDecl();
    }
    const auto* method = clang::dyn_cast<clang::CXXMethodDecl>(member);
    if (method == nullptr) continue;
    found |= method->getOverloadedOperator() == clang::OO_Coawait ||
             (method->getIdentifier() != nullptr &&
              method->getName() == "await_ready");
  }
  for (const clang::CXXBaseSpecifier& base : record->bases()) {
    const auto* above = base.getType()->getAsCXXRecordDecl();
    found |= above != nullptr && has_awaiter(above);
  }
  return awaiters_[record] = found;
}

bool checker::is_awaitable(clang::QualType type) const {
  if (type.isNull()) return false;
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && is_green(record) && has_awaiter(record);
}

bool checker::holds_awaitables(clang::QualType type) const {
  const auto* record =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          type.getNonReferenceType()->getAsCXXRecordDecl());
  if (record == nullptr || !record->isInStdNamespace()) return false;
  for (const auto& argument : record->getTemplateArgs().asArray()) {
    if (argument.getKind() == clang::TemplateArgument::Type &&
        is_awaitable(argument.getAsType())) {
      return true;
    }
  }
  return false;
}

bool checker::is_green_mutex(clang::QualType type) const {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && record->getIdentifier() != nullptr &&
         record->getName().ends_with("mutex") && is_green(record);
}

clang::QualType checker::result_of(clang::QualType callable) const {
  callable = callable.getNonReferenceType();
  if (callable->isPointerType()) callable = callable->getPointeeType();
  if (const auto* function = callable->getAs<clang::FunctionType>()) {
    return function->getReturnType();
  }
  const auto* record = callable->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition()) return {};
  for (const clang::CXXMethodDecl* method : record->methods()) {
    if (method->getOverloadedOperator() == clang::OO_Call) {
      return method->getReturnType();
    }
  }
  return {};
}

bool checker::gives_awaitable(clang::QualType callable) const {
  return is_awaitable(result_of(callable));
}

const clang::Expr* bare(const clang::Expr* value) {
  for (;;) {
    value = value->IgnoreParenImpCasts();
    const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(value);
    if (const auto* kept =
            clang::dyn_cast<clang::MaterializeTemporaryExpr>(value)) {
      value = kept->getSubExpr();
    } else if (const auto* bound =
                   clang::dyn_cast<clang::CXXBindTemporaryExpr>(value)) {
      value = bound->getSubExpr();
    } else if (const auto* whole =
                   clang::dyn_cast<clang::ExprWithCleanups>(value)) {
      value = whole->getSubExpr();
    } else if (made != nullptr && made->getNumArgs() == 1 &&
               made->getConstructor()->isCopyOrMoveConstructor()) {
      value = made->getArg(0);
    } else {
      return value;
    }
  }
}

bool is_named(const clang::FunctionDecl* function, llvm::StringRef name) {
  return function != nullptr && function->getIdentifier() != nullptr &&
         function->getName() == name;
}

const clang::ValueDecl* named_by(const clang::Expr* value) {
  value = value->IgnoreParenImpCasts();
  if (const auto* named = clang::dyn_cast<clang::DeclRefExpr>(value))
    return named->getDecl();
  if (const auto* member = clang::dyn_cast<clang::MemberExpr>(value))
    return member->getMemberDecl();
  return nullptr;
}

const clang::CoawaitExpr* first_await(const clang::Stmt* below) {
  if (below == nullptr || clang::isa<clang::LambdaExpr>(below)) return nullptr;
  if (const auto* found = clang::dyn_cast<clang::CoawaitExpr>(below)) {
    return found;
  }
  for (const clang::Stmt* child : below->children()) {
    if (const auto* found = first_await(child)) return found;
  }
  return nullptr;
}

}  // namespace greenify
