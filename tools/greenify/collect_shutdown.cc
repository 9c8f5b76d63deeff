// SPDX-License-Identifier: MIT
//
// Destructors: one that waits becomes shutdown(), which is awaited at each end
// of an object's scope.
#include <clang/AST/RecursiveASTVisitor.h>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

void collector::shut_down(const clang::CXXDestructorDecl* destructor,
                          node& to) {
  if (is_instantiation(destructor)) return;
  const auto name = places_.of(destructor->getNameInfo().getSourceRange());
  const auto begin = places_.of(destructor->getInnerLocStart());
  if (!name || !begin || name->in_macro) {
    to.cannot = "the destructor stands in a macro: write it out";
    return;
  }
  const std::string& file = name->at.file;
  need(file, "green/green.h", to.if_task);
  to.if_task.edits.insert({file, begin->at.offset, 0, "green::task<> ", -1});
  to.if_task.edits.insert({file, name->at.offset, name->length(), "shutdown"});
  if (!destructor->doesThisDeclarationHaveABody()) return;
  note_end(destructor, to);
  to.if_task.findings.insert(
      {name->at, level::warning,
       to.name + " waits and became shutdown(): an exception that leaves the "
                 "scope of an object passes it by"});
}

const clang::CXXDestructorDecl* collector::program_destructor(
    clang::QualType type) const {
  const auto* record = context_.getBaseElementType(type)->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition() || !is_program(record)) {
    return nullptr;
  }
  const auto* destructor = record->getDestructor();
  return destructor == nullptr || destructor->isImplicit() ||
                 destructor->isDefaulted()
             ? nullptr
             : destructor;
}

namespace {

// Statements of a scope through which control leaves it.
class exits : public clang::RecursiveASTVisitor<exits> {
 public:
  bool TraverseLambdaExpr(clang::LambdaExpr*) { return true; }
  bool VisitReturnStmt(clang::ReturnStmt* found) {
    returns.push_back(found);
    return true;
  }
  bool VisitGotoStmt(clang::GotoStmt*) { return jumps = true; }
  std::vector<clang::ReturnStmt*> returns;
  bool jumps = false;
};

// Does not compile, and leaves the declaration behind it as it is.
constexpr const char* undeclared = "static_assert(greenify_by_hand); ";

// Whether a break or a continue in it leaves a scope around it.
bool breaks_out(const clang::Stmt* stmt, bool in_loop, bool in_switch) {
  if (stmt == nullptr || clang::isa<clang::LambdaExpr>(stmt)) return false;
  if (clang::isa<clang::BreakStmt>(stmt)) return !in_loop && !in_switch;
  if (clang::isa<clang::ContinueStmt>(stmt)) return !in_loop;
  in_loop = in_loop || clang::isa<clang::ForStmt, clang::WhileStmt,
                                  clang::DoStmt, clang::CXXForRangeStmt>(stmt);
  in_switch = in_switch || clang::isa<clang::SwitchStmt>(stmt);
  for (const clang::Stmt* child : stmt->children()) {
    if (breaks_out(child, in_loop, in_switch)) return true;
  }
  return false;
}

}  // namespace

void collector::note_object(const clang::VarDecl* variable) {
  const auto* destructor = program_destructor(variable->getType());
  if (destructor == nullptr || clang::isa<clang::ParmVarDecl>(variable)) {
    return;
  }
  const auto at = places_.of(variable->getSourceRange());
  if (!at) return;
  site s;
  s.at = at->at;
  s.end = at->end;
  s.kind = "end";
  s.name = "the end of " + variable->getNameAsString();
  s.caller = caller_here();
  s.callees = {key_of(destructor)};
  s.blocked = reason_here();
  s.handlers = handlers_here();
  const clang::CompoundStmt* scope = nullptr;
  if (path_.size() >= 3 && path_[path_.size() - 2].stmt != nullptr &&
      clang::isa<clang::DeclStmt>(path_[path_.size() - 2].stmt) &&
      path_[path_.size() - 3].stmt != nullptr) {
    scope = clang::dyn_cast<clang::CompoundStmt>(path_[path_.size() - 3].stmt);
  }
  const bool stands_alone = scope != nullptr || !variable->isLocalVarDecl();
  s.by_hand.insert({s.at.file, s.at.offset, 0,
                    stands_alone ? undeclared : "greenify_by_hand ", -1});
  const std::string by_hand =
      "await its shutdown() by hand where its life ends";
  if (!variable->hasLocalStorage() || variable->getType()->isArrayType()) {
    s.blocked = by_hand;
  } else if (scope == nullptr) {
    s.blocked = by_hand;
  } else {
    end_of_scope(variable, scope, s);
  }
  facts_.add(s);
}

// The calls of shutdown() before the scope's brace and before each return.
void collector::end_of_scope(const clang::VarDecl* variable,
                             const clang::CompoundStmt* scope, site& to) {
  const std::string name = variable->getNameAsString();
  const std::string call = "co_await " + name + ".shutdown(); ";
  const long order = -long(to.at.offset) - 1;
  // Several objects that a return ends have its braces in common.
  constexpr long shared = 1L << 49;
  bool after = false, ended = false;
  exits found;
  for (clang::Stmt* stmt : scope->body()) {
    if (after) {
      found.TraverseStmt(stmt);
      if (found.jumps || breaks_out(stmt, false, false)) {
        to.blocked = "a jump leaves its scope: await its shutdown() by hand";
        return;
      }
      ended = clang::isa<clang::ReturnStmt>(stmt);
    }
    const auto* declared = clang::dyn_cast<clang::DeclStmt>(stmt);
    if (declared == nullptr) continue;
    for (const clang::Decl* one : declared->decls()) {
      after = after || one == variable;
    }
  }
  const auto brace = places_.of(scope->getRBracLoc());
  auto& edits = to.if_waits.edits;
  if (!ended && brace) {
    edits.insert({brace->at.file, brace->at.offset, 0, call, order});
  }
  for (const clang::ReturnStmt* one : found.returns) {
    const auto text = places_.of(one->getSourceRange());
    const auto word = places_.of(one->getReturnLoc());
    const unsigned end =
        text ? places_.after(text->at.file, text->end, ";") : 0;
    if (!word || end == 0 || !brace) {
      to.blocked = "a return stands in a macro: await its shutdown() by hand";
      return;
    }
    const std::string& file = text->at.file;
    const clang::Expr* value = one->getRetValue();
    const bool constant = value == nullptr || (!value->isValueDependent() &&
                                               value->isEvaluatable(context_));
    if (constant) {
      edits.insert({file, word->at.offset, 0, "{ ", -shared});
      edits.insert({file, word->at.offset, 0, call, order});
      edits.insert({file, end, 0, " }", shared});
    } else {
      const std::string kept = "result_" + std::to_string(word->at.line);
      const auto from = places_.of(value->getSourceRange());
      if (!from) {
        to.blocked = "a return stands in a macro: await its shutdown() by hand";
        return;
      }
      // Longer than the word alone, so that its co_return gives way.
      edits.insert({file, word->at.offset, from->at.offset - word->at.offset,
                    "{ auto " + kept + " = "});
      edits.insert({file, end, 0, " ", -shared});
      edits.insert({file, end, 0, call, order});
      edits.insert({file, end, 0, "co_return " + kept + "; }", shared});
    }
  }
}

void collector::note_member(const clang::FieldDecl* field) {
  const auto* destructor = program_destructor(field->getType());
  const auto at = places_.of(field->getSourceRange());
  if (destructor == nullptr || !at) return;
  site s;
  s.at = at->at;
  s.end = at->end;
  s.kind = "end";
  s.name = "the end of " + field->getNameAsString();
  s.callees = {key_of(destructor)};
  s.blocked = "a member's end cannot wait: await its shutdown() by hand";
  s.by_hand.insert({s.at.file, s.at.offset, 0, undeclared, -1});
  facts_.add(s);
}

}  // namespace greenify
