// SPDX-License-Identifier: MIT
// Locks that are held across an await, results that another call overwrites,
// and handlers that swallow a kill.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/checker.h"

namespace greenify {

namespace {

// `m.lock()` and its like: the variable, if the statement is such a call.
const clang::ValueDecl* called_on(const clang::Stmt* statement,
                                  llvm::StringRef method, bool awaited) {
  const auto* value = clang::dyn_cast_or_null<clang::Expr>(statement);
  if (value == nullptr) return nullptr;
  value = bare(value);
  if (const auto* await = clang::dyn_cast<clang::CoawaitExpr>(value)) {
    if (!awaited) return nullptr;
    value = bare(await->getOperand());
  } else if (awaited) {
    return nullptr;
  }
  const auto* call = clang::dyn_cast<clang::CXXMemberCallExpr>(value);
  if (call == nullptr || call->getMethodDecl() == nullptr ||
      call->getMethodDecl()->getIdentifier() == nullptr ||
      call->getMethodDecl()->getName() != method) {
    return nullptr;
  }
  return named_by(call->getImplicitObjectArgument());
}

bool unlocks(const clang::Stmt* below, const clang::ValueDecl* lock) {
  if (below == nullptr) return false;
  for (const char* method : {"unlock", "unlock_shared"}) {
    if (called_on(below, method, false) == lock) return true;
  }
  for (const clang::Stmt* child : below->children()) {
    if (unlocks(child, lock)) return true;
  }
  return false;
}

bool is_std_guard(clang::QualType type) {
  const auto* record = type->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() &&
         record->getIdentifier() != nullptr &&
         (record->getName() == "lock_guard" ||
          record->getName() == "scoped_lock" ||
          record->getName() == "unique_lock" ||
          record->getName() == "shared_lock");
}

bool is_deferred(const clang::VarDecl* guard) {
  if (!guard->hasInit()) return true;
  const auto* made =
      clang::dyn_cast<clang::CXXConstructExpr>(bare(guard->getInit()));
  if (made == nullptr) return false;
  if (made->getNumArgs() == 0) return true;
  for (const clang::Expr* argument : made->arguments()) {
    const auto* tag =
        argument->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (tag != nullptr && tag->getName() == "defer_lock_t") return true;
  }
  return false;
}

bool is_std_mutex(clang::QualType type) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() &&
         record->getName().ends_with("mutex");
}

}  // namespace

// ---- Locks ----

void checker::note_held(const clang::CompoundStmt* block, std::size_t from,
                        const clang::ValueDecl* lock, bool guard) {
  for (std::size_t i = from; i < block->size(); ++i) {
    const clang::Stmt* statement = block->body_begin()[i];
    if (const clang::CoawaitExpr* await = first_await(statement)) {
      const unsigned line = context_.getSourceManager().getExpansionLineNumber(
          await->getBeginLoc());
      const clang::SourceLocation at =
          guard ? lock->getLocation()
                : block->body_begin()[from - 1]->getBeginLoc();
      note(at, "held", lock->getNameAsString(),
           "the lock of std is held across the co_await of line " +
               std::to_string(line) +
               ", so that another green thread which takes it stops the hub "
               "for ever: use a green::mutex");
      return;
    }
    if (unlocks(statement, lock)) return;
  }
}

namespace {

// A guard that adopts the lock, or a call that is given it.
bool hands_over(const clang::Stmt* below, const clang::ValueDecl* lock) {
  if (below == nullptr) return false;
  const auto names_it = [&](const auto& arguments) {
    for (const clang::Expr* one : arguments) {
      const clang::Expr* value = bare(one);
      const auto* taken = clang::dyn_cast<clang::UnaryOperator>(value);
      if (named_by(taken == nullptr ? value : taken->getSubExpr()) == lock)
        return true;
    }
    return false;
  };
  if (const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(below)) {
    if (names_it(made->arguments())) return true;
  } else if (const auto* call = clang::dyn_cast<clang::CallExpr>(below)) {
    if (names_it(call->arguments())) return true;
  } else if (const auto* lambda = clang::dyn_cast<clang::LambdaExpr>(below)) {
    // It may unlock, whenever it runs.
    return unlocks(lambda->getBody(), lock);
  }
  for (const clang::Stmt* child : below->children()) {
    if (hands_over(child, lock)) return true;
  }
  return false;
}

}  // namespace

// A kill ends the wait with an exception, and without a guard nobody unlocks.
void checker::note_left(const clang::CompoundStmt* block, std::size_t from,
                        const clang::ValueDecl* lock) {
  for (std::size_t i = from; i < block->size(); ++i) {
    const clang::Stmt* statement = block->body_begin()[i];
    if (hands_over(statement, lock)) return;
    const auto* tried = clang::dyn_cast<clang::CXXTryStmt>(statement);
    if (tried != nullptr) {
      for (unsigned h = 0; h < tried->getNumHandlers(); ++h) {
        if (unlocks(tried->getHandler(h), lock)) return;
      }
    }
    if (const clang::CoawaitExpr* await = first_await(statement)) {
      bool later = false;
      for (std::size_t k = i; k < block->size(); ++k)
        later |= unlocks(block->body_begin()[k], lock);
      if (!later) return;
      const unsigned line = context_.getSourceManager().getExpansionLineNumber(
          await->getBeginLoc());
      note(block->body_begin()[from - 1]->getBeginLoc(), "held",
           lock->getNameAsString(),
           "a kill or a deadline at the co_await of line " +
               std::to_string(line) + " leaves " + lock->getNameAsString() +
               " locked for ever: write auto lk = co_await " +
               lock->getNameAsString() + ".scoped_lock();");
      return;
    }
    if (unlocks(statement, lock)) return;
  }
}

namespace {

bool locks(const clang::Stmt* below, const clang::ValueDecl* lock) {
  if (below == nullptr) return false;
  const auto* call = clang::dyn_cast<clang::CXXMemberCallExpr>(below);
  if (call != nullptr && call->getMethodDecl() != nullptr &&
      !is_named(call->getMethodDecl(), "unlock") &&
      !is_named(call->getMethodDecl(), "unlock_shared") &&
      named_by(call->getImplicitObjectArgument()) == lock) {
    return true;
  }
  if (clang::isa<clang::CallExpr, clang::CXXConstructExpr>(below) &&
      hands_over(below, lock)) {
    return true;
  }
  for (const clang::Stmt* child : below->children()) {
    if (locks(child, lock)) return true;
  }
  return false;
}

}  // namespace

// Only who holds a mutex may unlock it.
void checker::note_unlock(const clang::CXXMemberCallExpr* call) {
  const auto* method = call->getMethodDecl();
  if (frames_.empty() || !is_named(method, "unlock")) return;
  const auto* lock = clang::dyn_cast_or_null<clang::VarDecl>(
      named_by(call->getImplicitObjectArgument()));
  if (lock == nullptr || !is_green_mutex(lock->getType()) ||
      lock->getType()->isReferenceType()) {
    return;
  }
  for (const frame& one : frames_) {
    if (locks(one.function->getBody(), lock)) return;
  }
  note(call->getBeginLoc(), "held", lock->getNameAsString(),
       lock->getNameAsString() +
           " is unlocked in a function that does not lock it, and only its "
           "owner may: lock it here by auto lk = co_await " +
           lock->getNameAsString() + ".scoped_lock();");
}

// ---- Results that another call overwrites ----

namespace {

const clang::FunctionDecl* gives_static_storage(const clang::Expr* value) {
  static const std::set<llvm::StringRef> known = {
      "asctime",        "ctime",         "gmtime",        "localtime",
      "inet_ntoa",      "strtok",        "strerror",      "strsignal",
      "ttyname",        "ptsname",       "getlogin",      "tmpnam",
      "getpwnam",       "getpwuid",      "getgrnam",      "getgrgid",
      "gethostbyname",  "gethostbyaddr", "getservbyname", "getservbyport",
      "getprotobyname", "dirname",       "basename",      "ether_ntoa",
      "crypt",          "readdir",       "dlerror"};
  const auto* call = clang::dyn_cast<clang::CallExpr>(bare(value));
  const clang::FunctionDecl* callee =
      call == nullptr ? nullptr : call->getDirectCallee();
  if (callee == nullptr || callee->getIdentifier() == nullptr ||
      !callee->isExternC() || !known.contains(callee->getName())) {
    return nullptr;
  }
  return callee;
}

bool names_variable(const clang::Stmt* below, const clang::VarDecl* variable) {
  if (below == nullptr) return false;
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(below);
  if (named != nullptr && named->getDecl() == variable) return true;
  for (const clang::Stmt* child : below->children()) {
    if (names_variable(child, variable)) return true;
  }
  return false;
}

}  // namespace

void checker::note_reused(const clang::CompoundStmt* block, std::size_t from,
                          const clang::VarDecl* variable) {
  if (!variable->hasInit() || !variable->getType()->isPointerType()) return;
  const auto* callee = gives_static_storage(variable->getInit());
  if (callee == nullptr) return;
  const clang::CoawaitExpr* await = nullptr;
  for (std::size_t i = from; i < block->size(); ++i) {
    const clang::Stmt* statement = block->body_begin()[i];
    if (await == nullptr) {
      await = first_await(statement);
    } else if (names_variable(statement, variable)) {
      note(variable->getLocation(), "shared", variable->getNameAsString(),
           callee->getNameAsString() +
               " gives storage that all green threads share, and " +
               variable->getNameAsString() +
               " is used after an await: copy it before, or call " +
               callee->getNameAsString() + "_r");
      return;
    }
  }
}

bool checker::VisitCompoundStmt(clang::CompoundStmt* block) {
  if (!in_coroutine()) return true;
  for (std::size_t i = 0; i < block->size(); ++i) {
    const clang::Stmt* statement = block->body_begin()[i];
    if (const auto* lines = clang::dyn_cast<clang::DeclStmt>(statement)) {
      for (const clang::Decl* decl : lines->decls()) {
        const auto* variable = clang::dyn_cast<clang::VarDecl>(decl);
        if (variable == nullptr) continue;
        note_reused(block, i + 1, variable);
        if (is_std_guard(variable->getType()) && !is_deferred(variable))
          note_held(block, i + 1, variable, true);
      }
    }
    for (const char* method : {"lock", "lock_shared"}) {
      const clang::ValueDecl* lock = called_on(statement, method, false);
      if (lock != nullptr &&
          (is_std_mutex(lock->getType()) || is_std_guard(lock->getType()))) {
        note_held(block, i + 1, lock, false);
      }
      lock = called_on(statement, method, true);
      if (lock != nullptr && is_green_mutex(lock->getType()))
        note_left(block, i + 1, lock);
    }
  }
  return true;
}

// ---- Handlers ----

namespace {

bool goes_on(const clang::Stmt* below) {
  if (below == nullptr) return false;
  if (const auto* thrown = clang::dyn_cast<clang::CXXThrowExpr>(below)) {
    return thrown != nullptr;
  }
  if (const auto* call = clang::dyn_cast<clang::CallExpr>(below)) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (callee != nullptr && callee->getIdentifier() != nullptr) {
      const llvm::StringRef name = callee->getName();
      if (callee->isNoReturn() || name == "rethrow_exception" ||
          name == "current_exception" || name == "terminate") {
        return true;
      }
    }
  }
  for (const clang::Stmt* child : below->children()) {
    if (goes_on(child)) return true;
  }
  return false;
}

bool catches(const clang::CXXCatchStmt* handler, llvm::StringRef type) {
  const clang::QualType caught = handler->getCaughtType();
  if (caught.isNull()) return false;
  const auto* record = caught.getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && record->getName() == type;
}

}  // namespace

bool checker::VisitCXXTryStmt(clang::CXXTryStmt* tried) {
  if (!in_coroutine() || first_await(tried->getTryBlock()) == nullptr)
    return true;
  bool killed = false;
  for (unsigned i = 0; i < tried->getNumHandlers(); ++i) {
    const clang::CXXCatchStmt* handler = tried->getHandler(i);
    // A macro of a library, as a test's CHECK, decides for itself.
    const clang::SourceManager& sources = context_.getSourceManager();
    if (!places_.in_program(sources.getSpellingLoc(handler->getCatchLoc())))
      continue;
    killed |= catches(handler, "killed") || catches(handler, "interrupt");
    if (!handler->getCaughtType().isNull() || killed) continue;
    if (goes_on(handler->getHandlerBlock())) continue;
    note(handler->getBeginLoc(), "swallowed", "catch",
         "catch (...) swallows green::killed and green::timed_out, so that "
         "neither a kill nor a deadline ends this: catch std::exception, or "
         "end with throw;");
  }
  return true;
}

}  // namespace greenify
