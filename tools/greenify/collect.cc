// SPDX-License-Identifier: MIT
#include "tools/greenify/collector.h"
#include "tools/greenify/includes.h"

namespace greenify {

collector::collector(clang::ASTContext& context, const names& green,
                     const options& wanted, facts& found)
    : context_(context),
      names_(green),
      wanted_(wanted),
      facts_(found),
      places_(context, wanted.root) {}

void collector::run() {
  note_files();
  note_function_classes();
  TraverseDecl(context_.getTranslationUnitDecl());
  finish_slots();
  for (const site& s : operands_) {
    if (!rewritten_.contains({s.at.file, s.at.offset})) facts_.add(s);
  }
}

void collector::note_files() {
  places_.find_files();
  for (const auto& [path, id] : places_.files()) {
    source read = scan_includes(std::string(places_.file_text(path)));
    for (source::include& i : read.includes) {
      const mirror* found = names_.mirror_of(i.name);
      if (found != nullptr && found->has_names) {
        i.green = "green/" + found->header;
      }
    }
    facts_.files.emplace(path, std::move(read));
  }
}

bool collector::TraverseDecl(clang::Decl* decl) {
  if (decl == nullptr) return true;
  if (!clang::isa<clang::TranslationUnitDecl>(decl) &&
      !places_.in_program(decl->getLocation())) {
    return true;
  }
  path_.push_back({nullptr, decl});
  bool go_on = true;
  auto* function = clang::dyn_cast<clang::FunctionDecl>(decl);
  if (function != nullptr) {
    go_on = traverse_function(function);
  } else if (clang::isa<clang::VarDecl, clang::FieldDecl>(decl)) {
    go_on = traverse_blocked(decl);
  } else if (!clang::isa<clang::StaticAssertDecl>(decl)) {
    go_on = RecursiveASTVisitor::TraverseDecl(decl);
  }
  path_.pop_back();
  return go_on;
}

bool collector::traverse_function(clang::FunctionDecl* function) {
  frames_.push_back({key_of(function), function, {}, {}});
  const bool go_on = RecursiveASTVisitor::TraverseDecl(function);
  frames_.pop_back();
  return go_on;
}

// Initialisers that run outside of a function that could be a task.
bool collector::traverse_blocked(clang::Decl* decl) {
  std::string reason;
  bool outside = false;  // of every function
  const auto* variable = clang::dyn_cast<clang::VarDecl>(decl);
  if (clang::isa<clang::FieldDecl>(decl)) {
    reason = "a member's initialiser cannot wait: set it in a function";
    outside = true;
  } else if (clang::isa<clang::ParmVarDecl>(decl)) {
    reason = "a default argument cannot wait: write an overload that awaits";
  } else if (variable->isStaticLocal()) {
    reason = "a static initialiser cannot wait: use green::call_once";
  } else if (!variable->isLocalVarDecl()) {
    reason = "a global initialiser cannot wait: initialise it in main";
    outside = true;
  }
  if (reason.empty()) return RecursiveASTVisitor::TraverseDecl(decl);
  const bool fresh = outside || frames_.empty();
  if (fresh) frames_.push_back({});
  frames_.back().blocked.push_back(reason);
  const bool go_on = RecursiveASTVisitor::TraverseDecl(decl);
  frames_.back().blocked.pop_back();
  if (fresh) frames_.pop_back();
  return go_on;
}

bool collector::TraverseStmt(clang::Stmt* stmt) {
  if (stmt == nullptr) return true;
  // Nothing runs in these.
  if (clang::isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr,
                 clang::CXXTypeidExpr, clang::RequiresExpr>(stmt)) {
    if (const auto* size =
            clang::dyn_cast<clang::UnaryExprOrTypeTraitExpr>(stmt)) {
      if (!size->isArgumentType())
        note_operand(size->getArgumentExpr(), "sizeof");
    }
    return true;
  }
  const auto* caught = clang::dyn_cast<clang::CXXCatchStmt>(stmt);
  const bool in_handler = caught != nullptr && !frames_.empty();
  if (in_handler) frames_.back().handlers.push_back(note_handler(caught));
  path_.push_back({stmt, nullptr});
  const bool go_on = RecursiveASTVisitor::TraverseStmt(stmt);
  path_.pop_back();
  if (in_handler) frames_.back().handlers.pop_back();
  return go_on;
}

bool collector::TraverseLambdaExpr(clang::LambdaExpr* lambda) {
  VisitLambda(lambda);
  for (unsigned i = 0; i < lambda->capture_size(); ++i) {
    const clang::LambdaCapture* capture = lambda->capture_begin() + i;
    TraverseLambdaCapture(lambda, capture, lambda->capture_init_begin()[i]);
  }
  std::vector<clang::CXXMethodDecl*> calls;
  clang::CXXMethodDecl* call = lambda->getCallOperator();
  if (auto* generic = call->getDescribedFunctionTemplate()) {
    for (clang::FunctionDecl* one : generic->specializations()) {
      calls.push_back(clang::cast<clang::CXXMethodDecl>(one));
    }
  }
  if (calls.empty()) calls.push_back(call);
  for (clang::CXXMethodDecl* one : calls) {
    let_go(one);
    frames_.push_back({key_of(one), one, {}, {}});
    for (clang::ParmVarDecl* parameter : one->parameters()) {
      TraverseDecl(parameter);
    }
    declare_lambda(lambda, one);
    TraverseStmt(one->hasBody() ? one->getBody() : lambda->getBody());
    frames_.pop_back();
  }
  if (lambda->hasExplicitResultType()) {
    TraverseTypeLoc(call->getFunctionTypeLoc().getReturnLoc());
  }
  return true;
}

void collector::VisitLambda(clang::LambdaExpr* lambda) {
  note_use(lambda, key_of(lambda->getCallOperator()));
}

bool collector::TraverseConstructorInitializer(
    clang::CXXCtorInitializer* init) {
  if (init->isAnyMemberInitializer() &&
      !functions_in(init->getAnyMember()->getType()).empty()) {
    flow(held_by(init->getAnyMember()), init->getInit());
  }
  path_.push_back({nullptr, init->getAnyMember()});
  const bool go_on = RecursiveASTVisitor::TraverseConstructorInitializer(init);
  path_.pop_back();
  return go_on;
}

std::string collector::reason_here() const {
  if (frames_.empty()) {
    return "a global initialiser cannot wait: initialise it in main";
  }
  const frame& f = frames_.back();
  return f.blocked.empty() ? "" : f.blocked.back();
}

std::string collector::caller_here() const {
  return frames_.empty() ? "" : frames_.back().key;
}

std::set<std::string> collector::handlers_here() const {
  if (frames_.empty()) return {};
  return {frames_.back().handlers.begin(), frames_.back().handlers.end()};
}

const collector::step& collector::parent() const {
  static const step none;
  for (std::size_t i = path_.size() - 1; i > 0; --i) {
    const step& up = path_[i - 1];
    if (up.stmt == nullptr) return up;
    const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(up.stmt);
    if (clang::isa<clang::ImplicitCastExpr, clang::ExprWithCleanups,
                   clang::MaterializeTemporaryExpr, clang::ConstantExpr,
                   clang::CXXBindTemporaryExpr>(up.stmt) ||
        (made != nullptr && made->getNumArgs() == 1 &&
         made->getParenOrBraceRange().isInvalid())) {
      continue;
    }
    return up;
  }
  return none;
}

bool collector::report(clang::SourceLocation at, level how,
                       const std::string& text) {
  const auto found = places_.of(at);
  if (found) facts_.always.findings.insert({found->at, how, text});
  return found.has_value();
}

}  // namespace greenify
