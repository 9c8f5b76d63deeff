// SPDX-License-Identifier: MIT
//
// Goes through a translation unit that uses green, and notes the facts of
// --check. Each subject has a source file of its own: check_calls.cc,
// check_slots.cc, check_awaits.cc, check_lifetimes.cc, check_scopes.cc,
// check_compilers.cc.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/check.h"
#include "tools/greenify/names.h"
#include "tools/greenify/places.h"
#include "tools/greenify/qualified_name.h"

namespace greenify {

/// The holders are the functions that hold their thread and have no mirror,
/// with advice.
class checker : public clang::RecursiveASTVisitor<checker> {
 public:
  checker(clang::ASTContext& context, const names& green,
          const std::map<std::string, std::string>& holders,
          const std::string& root, check_facts& found);

  void run();

  // How clang's visitor is led.
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(clang::Decl* decl);
  bool TraverseStmt(clang::Stmt* stmt);
  bool TraverseLambdaExpr(clang::LambdaExpr* lambda);
  bool TraverseDecltypeTypeLoc(clang::DecltypeTypeLoc) { return true; }

  bool VisitCallExpr(clang::CallExpr* call);
  bool VisitCXXConstructExpr(clang::CXXConstructExpr* made);
  bool VisitDeclRefExpr(clang::DeclRefExpr* named);
  bool VisitVarDecl(clang::VarDecl* variable);
  bool VisitCompoundStmt(clang::CompoundStmt* block);
  bool VisitCoawaitExpr(clang::CoawaitExpr* awaited);
  bool VisitConditionalOperator(clang::ConditionalOperator* chosen);
  bool VisitIfStmt(clang::IfStmt* tested);
  bool VisitWhileStmt(clang::WhileStmt* tested);
  bool VisitDoStmt(clang::DoStmt* tested);
  bool VisitForStmt(clang::ForStmt* tested);
  bool VisitSwitchStmt(clang::SwitchStmt* tested);
  bool VisitCXXTryStmt(clang::CXXTryStmt* tried);
  bool VisitBinaryOperator(clang::BinaryOperator* assigned);
  bool VisitInitListExpr(clang::InitListExpr* list);
  bool VisitFieldDecl(clang::FieldDecl* field);

 private:
  // A function around the place that is visited.
  struct frame {
    std::string key;
    const clang::FunctionDecl* function = nullptr;
    bool coroutine = false;
    bool runs = false;                          // green::run is called in it
    std::vector<clang::SourceLocation> starts;  // spawn, thread
    // Variables that hold an awaitable, until something names them.
    std::map<const clang::VarDecl*, bool> awaitables;
    std::size_t path = 0;  // where its steps begin
    // The conditions that await, and whether there is a local variable.
    std::vector<clang::SourceLocation> conditions;
    bool locals = false;
  };
  struct step {
    const clang::Stmt* stmt = nullptr;
    const clang::Decl* decl = nullptr;
  };

  // checker.cc
  bool traverse_function(const clang::FunctionDecl* function,
                         const clang::Stmt* body);
  void leave(const frame& left);
  void note(clang::SourceLocation at, const char* rule, const std::string& name,
            const std::string& text);
  std::string key_of(const clang::FunctionDecl* function) const;
  std::string name_of(const clang::FunctionDecl* function) const;
  bool in_coroutine() const;
  /// The statement or the expression around that somebody wrote.
  const clang::Stmt* written_parent() const;
  /// Whether a co_await is between the visited expression and the end of its
  /// full expression.
  bool awaited_here() const;
  /// Whether nobody takes the value of the visited expression.
  bool discarded_here() const;
  bool is_green(const clang::Decl* decl) const;
  bool is_awaitable(clang::QualType type) const;
  bool has_awaiter(const clang::CXXRecordDecl* record) const;
  /// The type that a call of the callable gives, or a null type.
  clang::QualType result_of(clang::QualType callable) const;
  bool gives_awaitable(clang::QualType callable) const;
  /// A vector, an optional or the like, of awaitables.
  bool holds_awaitables(clang::QualType type) const;
  bool is_green_mutex(clang::QualType type) const;

  // check_calls.cc
  void note_original(const clang::CallExpr* call,
                     const clang::FunctionDecl* callee);
  void note_edge(const clang::FunctionDecl* callee, clang::SourceLocation at);
  void note_callable(const clang::Expr* argument, bool on_hub);
  void note_arguments(const clang::FunctionDecl* callee,
                      const clang::CallExpr* call);
  void note_hold(clang::SourceLocation at, const std::string& original,
                 const std::string& advice);
  void note_guard(const clang::CXXConstructExpr* made);
  void note_starts(const clang::FunctionDecl* callee, clang::SourceLocation at);
  void note_end(const clang::CXXRecordDecl* record, clang::SourceLocation at);
  void note_stream(const clang::CallExpr* call,
                   const clang::FunctionDecl* callee);

  // check_slots.cc
  std::string slot_of(const clang::Expr* callable);
  std::string slot_of(const clang::ValueDecl* holder);
  std::string slot_of(clang::QualType type);
  void note_slot_call(const clang::CallExpr* call);
  void note_flow(const std::string& slot, const clang::Expr* given);
  void note_override(const clang::CXXMethodDecl* method);
  void note_call(const std::string& caller, const std::string& callee,
                 clang::SourceLocation at);

  // check_awaits.cc
  void note_dropped(const clang::Expr* value);
  void note_given(const clang::FunctionDecl* callee,
                  const clang::Expr* argument);
  void note_function(clang::QualType holder, const clang::Expr* given);
  void note_assigned(const clang::CXXOperatorCallExpr* assigned);
  void note_dangling(const clang::CallExpr* call,
                     const clang::FunctionDecl* callee);
  void note_narrowed(const clang::CallExpr* call,
                     const clang::FunctionDecl* callee);

  // check_lifetimes.cc
  void note_object(const clang::CallExpr* call,
                   const clang::FunctionDecl* callee);
  void note_started(const clang::CallExpr* call);

  // check_scopes.cc
  void note_held(const clang::CompoundStmt* block, std::size_t from,
                 const clang::ValueDecl* lock, bool guard);
  void note_left(const clang::CompoundStmt* block, std::size_t from,
                 const clang::ValueDecl* lock);
  void note_unlock(const clang::CXXMemberCallExpr* call);
  void note_reused(const clang::CompoundStmt* block, std::size_t from,
                   const clang::VarDecl* variable);
  void note_condition(const clang::Stmt* condition);

  clang::ASTContext& context_;
  const names& names_;
  const std::map<std::string, std::string>& holders_;
  check_facts& facts_;
  places places_;
  std::vector<frame> frames_;
  std::vector<step> path_;
  mutable std::map<const clang::CXXRecordDecl*, bool> awaiters_;
};

/// The expression without what nobody wrote.
const clang::Expr* bare(const clang::Expr* value);

/// The call of a function of std or of the C library by this name?
bool is_named(const clang::FunctionDecl* function, llvm::StringRef name);

/// The variable or the field that an expression names; or null.
const clang::ValueDecl* named_by(const clang::Expr* value);

/// The first co_await below a statement, lambdas apart; or null.
const clang::CoawaitExpr* first_await(const clang::Stmt* below);

}  // namespace greenify
