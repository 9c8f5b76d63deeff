// SPDX-License-Identifier: MIT
//
// Goes through a translation unit and notes its facts. Each subject has a
// source file of its own: collect_calls.cc, collect_types.cc ...
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/RecursiveASTVisitor.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/facts.h"
#include "tools/greenify/names.h"
#include "tools/greenify/options.h"
#include "tools/greenify/places.h"
#include "tools/greenify/qualified_name.h"

namespace greenify {

/// Whether a compiler made the function of a template. Its text is then the
/// pattern's.
bool is_instantiation(const clang::FunctionDecl* function);

class collector : public clang::RecursiveASTVisitor<collector> {
 public:
  collector(clang::ASTContext& context, const names& green,
            const options& wanted, facts& found);

  void run();

  // How clang's visitor is led.
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(clang::Decl* decl);
  bool TraverseStmt(clang::Stmt* stmt);
  bool TraverseLambdaExpr(clang::LambdaExpr* lambda);
  void VisitLambda(clang::LambdaExpr* lambda);
  bool TraverseConstructorInitializer(clang::CXXCtorInitializer* init);
  bool TraverseNestedNameSpecifierLoc(clang::NestedNameSpecifierLoc names);
  bool TraverseDecltypeTypeLoc(clang::DecltypeTypeLoc type);

  bool VisitFunctionDecl(clang::FunctionDecl* function);
  bool VisitCXXThrowExpr(clang::CXXThrowExpr* thrown);
  bool VisitVarDecl(clang::VarDecl* variable);
  bool VisitFieldDecl(clang::FieldDecl* field);
  bool VisitTypedefNameDecl(clang::TypedefNameDecl* alias);
  bool VisitNamespaceAliasDecl(clang::NamespaceAliasDecl* alias);

  bool VisitCallExpr(clang::CallExpr* call);
  bool VisitCXXConstructExpr(clang::CXXConstructExpr* made);
  bool VisitDeclRefExpr(clang::DeclRefExpr* named);
  bool VisitMemberExpr(clang::MemberExpr* named);
  bool VisitInitListExpr(clang::InitListExpr* list);
  bool VisitBinaryOperator(clang::BinaryOperator* two);
  bool VisitWhileStmt(clang::WhileStmt* loop);
  bool VisitDoStmt(clang::DoStmt* loop);
  bool VisitForStmt(clang::ForStmt* loop);
  bool VisitReturnStmt(clang::ReturnStmt* returned);
  bool VisitDependentNameTypeLoc(clang::DependentNameTypeLoc written);
  bool VisitElaboratedTypeLoc(clang::ElaboratedTypeLoc written);
  bool VisitTemplateSpecializationTypeLoc(
      clang::TemplateSpecializationTypeLoc written);

 private:
  // A function around the place that is visited.
  struct frame {
    std::string key;
    const clang::FunctionDecl* function = nullptr;
    std::vector<std::string> blocked;   // why no co_await may stand here
    std::vector<std::string> handlers;  // the keys of those around it
  };
  // A step on the way down to the place that is visited.
  struct step {
    const clang::Stmt* stmt = nullptr;
    const clang::Decl* decl = nullptr;
  };
  // A name of green's, as the program writes it.
  struct spelling {
    clang::NestedNameSpecifierLoc qualifier;
    clang::SourceLocation name;
  };
  // A callable on its way to the place that takes it.
  struct handed {
    const clang::Expr* callable;
    const clang::Stmt* child;  // the part of the next step that it is in
    std::vector<const clang::CStyleCastExpr*> casts;  // from the inside
    std::string key;
  };
  // A slot of std::function, or a callable that may be put into one.
  struct held {
    std::string key;
    std::string type;   // the slot that all objects of its type share
    bool open = false;  // it is an argument of a template of the program
    auto operator<=>(const held&) const = default;
  };
  using holders = std::set<held>;
  // What is called: functions and slots of the program, and a mirrored name.
  struct called {
    std::set<std::string> keys;
    const name* mirrored = nullptr;
    std::string text;
  };

  // collect.cc
  void note_files();
  bool traverse_function(clang::FunctionDecl* function);
  bool traverse_blocked(clang::Decl* decl);
  std::string reason_here() const;
  std::string caller_here() const;
  std::set<std::string> handlers_here() const;
  /// The parent of the visited expression, without what nobody wrote.
  const step& parent() const;
  bool report(clang::SourceLocation at, level how, const std::string& text);

  // collect_keys.cc
  std::string key_of(const clang::FunctionDecl* function) const;
  std::string key_of_slot(const clang::ValueDecl* holder) const;
  std::string key_of_typedef(const clang::TypedefNameDecl* alias) const;
  std::string key_of_function_class(clang::QualType type) const;
  std::string usr_of(const clang::Decl* decl) const;
  bool is_program(const clang::Decl* decl) const;
  std::string name_of(const clang::FunctionDecl* function) const;
  const name* mirrored(const clang::FunctionDecl* function,
                       const clang::Expr* object) const;
  const name* own_type(const clang::NamedDecl* decl) const;

  // collect_handlers.cc
  std::string note_handler(const clang::CXXCatchStmt* caught);
  void move_handler(const clang::CXXCatchStmt* caught, const span& around,
                    bool last, handler& to) const;

  // collect_shutdown.cc
  void shut_down(const clang::CXXDestructorDecl* destructor, node& to);
  void note_object(const clang::VarDecl* variable);
  void note_member(const clang::FieldDecl* field);
  void end_of_scope(const clang::VarDecl* variable,
                    const clang::CompoundStmt* scope, site& to);
  const clang::CXXDestructorDecl* program_destructor(
      clang::QualType type) const;

  // collect_scopes.cc
  void note_variable_array(const clang::VarDecl* variable);
  void note_large_array(const clang::VarDecl* variable);

  // collect_types.cc
  bool prefix(const spelling& name, const clang::NamedDecl* decl,
              const greenify::name& found, change& to);
  void need(const std::string& file, const std::string& include, change& to);
  void type_named(const spelling& name, const clang::NamedDecl* decl,
                  clang::QualType type);
  bool guards_foreign_lock(clang::QualType type) const;
  std::string called_type(const clang::Expr* e) const;
  void write_call_result(const span& text, const std::string& arguments);
  /// The edits that make the written type T of a result green::task<T>.
  bool wrap_result(clang::FunctionTypeLoc function, change& to);
  bool wrap_type(clang::TypeLoc type, change& to);

  // collect_decls.cc
  void note_function(const clang::FunctionDecl* function);
  std::string why_no_task(const clang::FunctionDecl* function) const;
  void declare_task(const clang::FunctionDecl* function, node& to);
  void declare_lambda(const clang::LambdaExpr* lambda,
                      const clang::CXXMethodDecl* call);
  void note_main(const clang::FunctionDecl* function, node& to);
  void drop_words(const clang::FunctionDecl* function, node& to) const;
  bool take_base_result(const clang::FunctionDecl* function, node& to);
  void note_end(const clang::FunctionDecl* function, node& to);
  std::string printed(clang::QualType type) const;

  // collect_calls.cc
  called what_is_called(const clang::CallExpr* call);
  void call_site(const clang::CallExpr* call, const called& what);
  bool needs_parentheses(const clang::Expr* call) const;
  void run_in_main(const clang::CallExpr* call, const called& what, site& to);
  bool is_poll(const clang::CallExpr* call, const std::string& name) const;
  bool is_other_option(const clang::CallExpr* call) const;
  void note_other_call(const clang::CallExpr* call);
  void note_operand(const clang::Stmt* operand, const std::string& where);

  /// The variable, field or parameter through which a pointer is called.
  static const clang::ValueDecl* holder_of(const clang::Expr* callee);

  // collect_guards.cc
  bool note_guard(const clang::VarDecl* variable);
  struct guard;
  site guard_site(const guard& g);
  void write_guard(const guard& g, site& to);
  bool read_guard(const clang::CXXConstructExpr* made, guard& g) const;
  void write_lock(const guard& g, const span& lock,
                  std::set<edit>& edits) const;

  // collect_uses.cc
  void note_use(const clang::Expr* callable, const std::string& key);
  bool is_taken(const clang::Stmt* by, const handed& g);
  void take_in_call(const clang::CallExpr* call, const handed& g);
  void put_by_name(const clang::CXXConstructorDecl* made, unsigned argument,
                   const std::string& key, clang::SourceRange at);
  void given_to_program(const clang::FunctionDecl* callee, unsigned argument,
                        const std::string& key, clang::SourceRange at);
  void given_to(const clang::FunctionDecl* callee, unsigned argument,
                const std::string& key, clang::SourceRange at);
  bool note_in_list(const clang::InitListExpr* list, const clang::Stmt* child,
                    const std::string& key, clang::SourceRange at);
  void keep_in(const clang::ValueDecl* holder, const std::string& key,
               clang::SourceRange at);
  void drop_casts(const handed& g);
  std::string key_of_callable(clang::QualType type) const;
  void keep(const std::string& key, const std::string& slot,
            clang::SourceRange at, const std::string& text);

  // collect_flows.cc
  void dig(clang::QualType type, std::set<const clang::Type*>& found) const;
  const std::set<const clang::Type*>& parts_of(clang::QualType type);
  std::set<std::string> functions_in(clang::QualType type);
  std::string key_of_written(
      clang::TemplateSpecializationTypeLoc written) const;
  holders written_in(clang::TypeLoc type) const;
  void find_written(clang::TypeLoc type, bool open, holders& found) const;
  void note_holder(const std::string& key, const std::string& name,
                   clang::SourceLocation at, clang::TypeLoc type);
  holders held_in(const std::string& key, clang::QualType type,
                  clang::TypeLoc written);
  holders held_by(const clang::ValueDecl* decl);
  std::string key_of_result(const clang::FunctionDecl* function) const;
  holders held_by_result(const clang::FunctionDecl* function);
  holders callables_in(const clang::ValueDecl* decl);
  holders callables_in(clang::QualType type);
  void unite(const holders& to, const holders& from, clang::SourceRange at);
  void note_type(const std::string& type);
  void let_go(const holders& found, clang::SourceRange at);
  void let_go(const clang::FunctionDecl* function);
  void unite_overrides(const clang::CXXMethodDecl* method,
                       const clang::CXXMethodDecl* base);

  // collect_origins.cc
  holders brought_by(const clang::Expr* operand,
                     const std::set<std::string>& types);
  holders origin(const clang::Expr* e);
  holders origin_of_parts(const clang::Expr* e);
  holders origin_of_made(const clang::CXXConstructExpr* made);
  holders origin_of_call(const clang::CallExpr* call);
  holders written_here(clang::TypeLoc type);
  holders written_as_argument(const clang::CallExpr* call);
  void flow(const holders& to, const clang::Expr* from);
  void pass(const clang::FunctionDecl* callee,
            llvm::ArrayRef<const clang::Expr*> arguments);
  void pass_to_library(const std::vector<const clang::Expr*>& operands,
                       holders all, clang::SourceRange at);
  void note_flows(const clang::CallExpr* call);
  void note_flows(const clang::CXXConstructExpr* made);

  // collect_macros.cc
  std::string note_expansions(clang::SourceLocation at);
  std::string note_macro(const span& within);

  // collect_spins.cc
  void note_spin(const clang::Expr* condition, const clang::Stmt* body);
  void note_spin_guard(const clang::VarDecl* variable);
  void note_spin_lock(const clang::CallExpr* call);
  void note_held(const span& taken, const clang::CompoundStmt* scope,
                 clang::SourceLocation end, const std::string& lock);

  // collect_slots.cc
  void note_slot(const clang::ValueDecl* holder, clang::TypeLoc type);
  void note_function_classes();
  void note_function_class(
      const clang::ClassTemplateSpecializationDecl* special);
  void note_put(const clang::FunctionDecl* made, const std::string& slot,
                clang::QualType result);
  void finish_slots();
  void check_result(const span& callable, const std::string& key,
                    const std::string& slot, clang::QualType result,
                    clang::QualType wanted);

  clang::ASTContext& context_;
  const names& names_;
  const options& wanted_;
  facts& facts_;
  places places_;
  std::vector<frame> frames_;
  std::vector<step> path_;
  std::set<const clang::Expr*> callees_;  // named by a call, not given away
  std::set<const clang::Expr*> plain_;    // names that stay as they are
  // The types of what is put into std::function objects: the slots of those,
  // and the results that they want.
  std::map<const clang::Type*, std::map<std::string, clang::QualType>> put_;
  std::map<void*, std::set<const clang::Type*>> parts_;
  std::set<std::string> claimed_;               // written in a declaration
  std::map<std::string, std::string> written_;  // with the slots of the types
  std::set<std::pair<std::string, std::string>> put_by_flow_;
  // What stands in operands that nothing runs in, until it is known which of
  // them are rewritten.
  std::vector<site> operands_;
  std::set<std::pair<std::string, unsigned>> rewritten_;
};

}  // namespace greenify
