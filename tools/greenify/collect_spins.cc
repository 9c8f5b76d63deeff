// SPDX-License-Identifier: MIT
//
// Loops that spin until another thread ends them, and spin locks. While one
// spins, no other green thread of its hub runs.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

namespace {

bool is_empty(const clang::Stmt* body) {
  if (clang::isa_and_nonnull<clang::NullStmt, clang::ContinueStmt>(body)) {
    return true;
  }
  const auto* block = clang::dyn_cast_or_null<clang::CompoundStmt>(body);
  if (block == nullptr) return false;
  for (const clang::Stmt* one : block->body()) {
    if (!is_empty(one)) return false;
  }
  return true;
}

// What a statement does to variables that threads share.
struct accesses {
  bool reads = false;
  bool tries = false;    // as try_lock of std, which never waits
  bool changes = false;  // as a lock does, which nobody else has to end

  void look_at(const clang::Stmt* stmt) {
    if (stmt == nullptr) return;
    if (const auto* e = clang::dyn_cast<clang::Expr>(stmt)) {
      reads = reads || (e->isGLValue() && e->getType().isVolatileQualified());
    }
    const auto* call = clang::dyn_cast<clang::CXXMemberCallExpr>(stmt);
    const auto* record = call == nullptr || call->getMethodDecl() == nullptr
                             ? nullptr
                             : call->getMethodDecl()->getParent();
    if (record != nullptr && record->isInStdNamespace()) {
      const std::string name = call->getMethodDecl()->getNameAsString();
      if (!record->getName().contains("atomic")) {
        tries = tries || name == "try_lock" || name == "try_lock_shared" ||
                name == "try_acquire" || name == "try_wait";
      } else if (name.starts_with("compare_exchange") || name == "exchange" ||
                 name.starts_with("fetch_") || name == "test_and_set") {
        changes = true;
      } else {
        reads = true;
      }
    }
    for (const clang::Stmt* child : stmt->children()) look_at(child);
  }
};

const clang::CXXMethodDecl* method_of(const clang::CXXRecordDecl* record,
                                      llvm::StringRef name) {
  if (record == nullptr || !record->hasDefinition()) return nullptr;
  for (const clang::CXXMethodDecl* one : record->methods()) {
    if (one->getIdentifier() != nullptr && one->getName() == name) return one;
  }
  return nullptr;
}

}  // namespace

void collector::note_spin(const clang::Expr* condition,
                          const clang::Stmt* body) {
  if (condition == nullptr || !is_empty(body) || frames_.empty() ||
      frames_.back().function == nullptr) {
    return;
  }
  accesses loop, around;
  loop.look_at(condition);
  around.look_at(frames_.back().function->getBody());
  const auto text = places_.of(condition->getSourceRange());
  // A function that also changes an atomic in one step is a lock's.
  const bool reads = loop.reads && !loop.changes && !around.changes;
  if ((!reads && !loop.tries) || !text) return;
  const std::string spins = "nobody can end this loop while it spins: ";
  facts_.always.findings.insert(
      {text->at, level::error,
       spins + (loop.tries ? "await the call without try_"
                           : "use a green::condition_variable, or the wait() "
                             "of a green::atomic")});
  const std::string& file = text->at.file;
  facts_.always.edits.insert(
      {file, text->at.offset, 0, "greenify_by_hand(", opening(text->end)});
  facts_.always.edits.insert(
      {file, text->end, 0, ")", closing(text->at.offset)});
}

bool collector::VisitWhileStmt(clang::WhileStmt* loop) {
  note_spin(loop->getCond(), loop->getBody());
  return true;
}

bool collector::VisitDoStmt(clang::DoStmt* loop) {
  note_spin(loop->getCond(), loop->getBody());
  return true;
}

bool collector::VisitForStmt(clang::ForStmt* loop) {
  if (loop->getInc() == nullptr) note_spin(loop->getCond(), loop->getBody());
  return true;
}

// From the place that takes a lock to the one that gives it back.
void collector::note_held(const span& taken, const clang::CompoundStmt* scope,
                          clang::SourceLocation end, const std::string& lock) {
  const auto brace = places_.of(end.isValid() ? end : scope->getRBracLoc());
  if (!brace || taken.in_macro) return;
  region r;
  r.at = taken.at;
  r.at.offset = taken.end;
  r.end = brace->at.offset;
  r.caller = caller_here();
  r.lock = lock;
  r.text = "the spin lock of line " + std::to_string(taken.at.line) +
           " is held: another green thread would spin for ever: make it a "
           "mutex";
  facts_.regions.insert(r);
}

// std::lock_guard<L> where L is a lock of the program.
void collector::note_spin_guard(const clang::VarDecl* variable) {
  const auto* type =
      clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
          variable->getType()->getAsCXXRecordDecl());
  if (type == nullptr || !guards_foreign_lock(variable->getType()) ||
      frames_.empty()) {
    return;
  }
  const clang::TemplateArgument* argument = &type->getTemplateArgs()[0];
  if (argument->getKind() == clang::TemplateArgument::Pack) {
    if (argument->pack_size() != 1) return;
    argument = argument->pack_begin();
  }
  if (argument->getKind() != clang::TemplateArgument::Type) return;
  const auto* lock =
      method_of(argument->getAsType()->getAsCXXRecordDecl(), "lock");
  const auto text = places_.of(variable->getSourceRange());
  if (lock == nullptr || !is_program(lock) || !text) return;
  const std::string key = key_of(lock);
  facts_.uses.insert({text->at, key,
                      "std::" + type->getNameAsString() +
                          " cannot await it: await lock(), and let the guard "
                          "adopt it",
                      use::kind::plain, text->end});
  const auto* scope =
      path_.size() < 3 || path_[path_.size() - 3].stmt == nullptr
          ? nullptr
          : clang::dyn_cast<clang::CompoundStmt>(path_[path_.size() - 3].stmt);
  if (scope != nullptr) note_held(*text, scope, {}, key);
}

// x.lock(); ... x.unlock(); for a lock of the program.
void collector::note_spin_lock(const clang::CallExpr* call) {
  const auto* taken = clang::dyn_cast<clang::CXXMemberCallExpr>(call);
  if (taken == nullptr || taken->getMethodDecl() == nullptr ||
      frames_.empty() || parent().stmt == nullptr ||
      taken->getMethodDecl()->getNameAsString() != "lock" ||
      !is_program(taken->getMethodDecl()) ||
      method_of(taken->getRecordDecl(), "unlock") == nullptr) {
    return;
  }
  const auto* scope = clang::dyn_cast<clang::CompoundStmt>(parent().stmt);
  const auto text = places_.of(call->getSourceRange());
  const auto object =
      places_.of(taken->getImplicitObjectArgument()->getSourceRange());
  if (scope == nullptr || !text || !object) return;
  clang::SourceLocation end;
  for (const clang::Stmt* one : scope->body()) {
    const auto* given = clang::dyn_cast<clang::CXXMemberCallExpr>(one);
    const auto at =
        given == nullptr || given->getMethodDecl() == nullptr ||
                given->getMethodDecl()->getNameAsString() != "unlock"
            ? std::nullopt
            : places_.of(given->getImplicitObjectArgument()->getSourceRange());
    if (at && at->at.offset > text->end && end.isInvalid() &&
        places_.text(*at) == places_.text(*object)) {
      end = given->getBeginLoc();
    }
  }
  note_held(*text, scope, end, key_of(taken->getMethodDecl()));
}

}  // namespace greenify
