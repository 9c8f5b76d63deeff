// SPDX-License-Identifier: MIT
//
// Where the value of an expression comes from, and where it goes, for objects
// of std::function and for the callables that are put into them.
#include <clang/AST/DeclTemplate.h>

#include <algorithm>

#include "tools/greenify/collector.h"

namespace greenify {

namespace {

// Not the key of a function or of a closure.
bool is_slot(const std::string& key) {
  return key.starts_with("written:") ||
         key.find("function:") != std::string::npos;
}

std::vector<const clang::Expr*> operands_of(const clang::CallExpr* call) {
  std::vector<const clang::Expr*> found(call->arg_begin(), call->arg_end());
  const auto* member = clang::dyn_cast<clang::CXXMemberCallExpr>(call);
  const auto* object =
      member == nullptr ? nullptr : member->getImplicitObjectArgument();
  if (object != nullptr) found.push_back(object);
  return found;
}

}  // namespace

// What an operand brings to a place that holds std::function objects of these
// types.
collector::holders collector::brought_by(const clang::Expr* operand,
                                         const std::set<std::string>& types) {
  holders found;
  if (!functions_in(operand->getType()).empty()) found = origin(operand);
  for (const clang::Type* part : parts_of(operand->getType())) {
    const auto put = put_.find(part);
    if (put == put_.end()) continue;
    const std::string own = key_of_function_class(clang::QualType(part, 0));
    for (const auto& [type, result] : put->second) {
      if (!types.contains(type)) continue;
      for (const held& h : origin(operand)) {
        if (h.type == own) found.insert({h.key, type});
      }
    }
  }
  return found;
}

// Of an expression that is made of others.
collector::holders collector::origin_of_parts(const clang::Expr* e) {
  holders found;
  const auto add = [&](const clang::Expr* part) {
    if (part != nullptr) found.merge(origin(part));
  };
  if (const auto* either = clang::dyn_cast<clang::ConditionalOperator>(e)) {
    add(either->getTrueExpr());
    add(either->getFalseExpr());
  } else if (const auto* two = clang::dyn_cast<clang::BinaryOperator>(e)) {
    add(two->isAssignmentOp() || two->isAdditiveOp() ? two->getLHS()
                                                     : two->getRHS());
  } else if (const auto* one = clang::dyn_cast<clang::UnaryOperator>(e)) {
    add(one->getSubExpr());
  } else if (const auto* at = clang::dyn_cast<clang::ArraySubscriptExpr>(e)) {
    add(at->getBase());
  } else if (const auto* list = clang::dyn_cast<clang::InitListExpr>(e)) {
    for (const clang::Expr* init : list->inits()) add(init);
  } else if (const auto* kept =
                 clang::dyn_cast<clang::CXXStdInitializerListExpr>(e)) {
    add(kept->getSubExpr());
  } else if (const auto* given = clang::dyn_cast<clang::CXXDefaultArgExpr>(e)) {
    add(given->getExpr());
  } else if (const auto* set = clang::dyn_cast<clang::CXXDefaultInitExpr>(e)) {
    add(set->getExpr());
  } else if (const auto* made = clang::dyn_cast<clang::CXXNewExpr>(e)) {
    add(made->getInitializer());
    if (const auto* info = made->getAllocatedTypeSourceInfo()) {
      found.merge(written_here(info->getTypeLoc()));
    }
  } else if (!clang::isa<clang::ImplicitValueInitExpr,
                         clang::CXXScalarValueInitExpr, clang::CXXThisExpr>(
                 e)) {
    for (const std::string& type : functions_in(e->getType())) {
      found.insert({type, type});
    }
  }
  return found;
}

// The std::function<> that is written in an expression.
collector::holders collector::written_here(clang::TypeLoc type) {
  holders found = written_in(type);
  for (const held& h : found) {
    claimed_.insert(h.key);
    if (h.open) let_go(found, type.getSourceRange());
  }
  return found;
}

collector::holders collector::origin_of_made(
    const clang::CXXConstructExpr* made) {
  holders found;
  const auto types = functions_in(made->getType());
  if (const auto* named =
          clang::dyn_cast<clang::CXXTemporaryObjectExpr>(made)) {
    found.merge(written_here(named->getTypeSourceInfo()->getTypeLoc()));
  }
  const std::string own = key_of_function_class(made->getType());
  for (const clang::Expr* argument : made->arguments()) {
    if (own.empty()) {
      found.merge(brought_by(argument, types));
      continue;
    }
    // A callable that becomes a std::function.
    for (held h : origin(argument)) {
      h.type = own;
      found.insert(h);
    }
  }
  if (!own.empty() && found.size() > 1) {
    for (const held& h : found) unite({h}, found, made->getSourceRange());
  }
  return found;
}

collector::holders collector::origin_of_call(const clang::CallExpr* call) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  const auto types = functions_in(call->getType());
  holders found;
  if (callee != nullptr && is_program(callee)) return held_by_result(callee);
  if (callee == nullptr || types.empty()) {
    if (callee == nullptr || !callables_in(call->getType()).empty()) {
      for (const std::string& type : types) found.insert({type, type});
      return found;
    }
    // A library's call passes callables on: std::bind(f), std::move(f).
    for (const clang::Expr* one : operands_of(call)) found.merge(origin(one));
    return found;
  }
  for (const clang::Expr* one : operands_of(call)) {
    for (const held& h : brought_by(one, types)) {
      if (types.contains(h.type)) found.insert(h);
    }
  }
  found.merge(written_as_argument(call));
  for (const std::string& type : types) {
    bool known = false;
    for (const held& h : found) known = known || h.type == type;
    if (!known) found.insert({type, type});
  }
  return found;
}

// std::make_shared<std::function<void()>>(f)
collector::holders collector::written_as_argument(const clang::CallExpr* call) {
  holders found;
  const auto* named = clang::dyn_cast<clang::DeclRefExpr>(
      call->getCallee()->IgnoreParenImpCasts());
  if (named == nullptr) return found;
  for (const clang::TemplateArgumentLoc& one : named->template_arguments()) {
    if (one.getArgument().getKind() == clang::TemplateArgument::Type) {
      found.merge(written_here(one.getTypeSourceInfo()->getTypeLoc()));
    }
  }
  return found;
}

collector::holders collector::origin(const clang::Expr* e) {
  holders found;
  for (;;) {
    e = e->IgnoreParens();
    if (const auto* whole = clang::dyn_cast<clang::FullExpr>(e)) {
      e = whole->getSubExpr();
    } else if (const auto* kept =
                   clang::dyn_cast<clang::MaterializeTemporaryExpr>(e)) {
      e = kept->getSubExpr();
    } else if (const auto* bound =
                   clang::dyn_cast<clang::CXXBindTemporaryExpr>(e)) {
      e = bound->getSubExpr();
    } else if (const auto* cast = clang::dyn_cast<clang::CastExpr>(e)) {
      if (const auto* written =
              clang::dyn_cast<clang::ExplicitCastExpr>(cast)) {
        found.merge(
            written_here(written->getTypeInfoAsWritten()->getTypeLoc()));
      }
      e = cast->getSubExpr();
    } else {
      break;
    }
  }
  holders more;
  if (functions_in(e->getType()).empty()) more = callables_in(e->getType());
  if (const auto* named = clang::dyn_cast<clang::DeclRefExpr>(e)) {
    more.merge(held_by(named->getDecl()));
  } else if (const auto* member = clang::dyn_cast<clang::MemberExpr>(e)) {
    more.merge(is_program(member->getMemberDecl())
                   ? held_by(member->getMemberDecl())
                   : origin(member->getBase()));
  } else if (const auto* call = clang::dyn_cast<clang::CallExpr>(e)) {
    more.merge(origin_of_call(call));
  } else if (const auto* made = clang::dyn_cast<clang::CXXConstructExpr>(e)) {
    more.merge(origin_of_made(made));
  } else if (!clang::isa<clang::LambdaExpr>(e)) {
    more.merge(origin_of_parts(e));
  }
  if (!found.empty()) unite(found, more, e->getSourceRange());
  found.merge(more);
  return found;
}

void collector::flow(const holders& to, const clang::Expr* from) {
  if (from == nullptr || wanted_.functions == options::slots::type) return;
  holders brought = origin(from);
  unite(to, brought, from->getSourceRange());
}

// The arguments of a call of the program's own function.
void collector::pass(const clang::FunctionDecl* callee,
                     llvm::ArrayRef<const clang::Expr*> arguments) {
  for (unsigned i = 0; i < arguments.size() && i < callee->getNumParams();
       ++i) {
    const clang::ParmVarDecl* p = callee->getParamDecl(i);
    if (functions_in(p->getType()).empty()) continue;
    flow(held_by(p), arguments[i]);
  }
}

// A library may move whatever it is given to all that it is given.
void collector::pass_to_library(const std::vector<const clang::Expr*>& operands,
                                holders all, clang::SourceRange at) {
  std::set<std::string> types;
  for (const held& h : all) types.insert(h.type);
  for (const clang::Expr* one : operands) {
    types.merge(functions_in(one->getType()));
  }
  if (types.empty()) return;
  bool calls = false;  // a callable of the program, with the objects
  for (const clang::Expr* one : operands) {
    holders brought = brought_by(one, types);
    if (brought.empty() && !origin(one).empty()) calls = true;
    all.merge(brought);
  }
  if (calls) {
    for (const std::string& type : types) all.insert({type, type});
  }
  for (const std::string& type : types) {
    const auto first = std::ranges::find_if(
        all, [&](const held& h) { return h.type == type && is_slot(h.key); });
    if (first == all.end()) continue;
    for (const held& h : all) {
      if (h.type == type) unite({*first}, {h}, at);
    }
  }
}

void collector::note_flows(const clang::CallExpr* call) {
  if (wanted_.functions == options::slots::type) return;
  const clang::FunctionDecl* callee = call->getDirectCallee();
  const auto operands = operands_of(call);
  const bool through_slot =
      callee != nullptr && !is_program(callee) &&
      callee->getOverloadedOperator() == clang::OO_Call && !operands.empty() &&
      !key_of_function_class(operands.front()->getType()).empty();
  if (callee == nullptr || through_slot) {
    for (std::size_t i = through_slot ? 1 : 0; i < operands.size(); ++i) {
      if (!functions_in(operands[i]->getType()).empty()) {
        let_go(origin(operands[i]), operands[i]->getSourceRange());
      }
    }
  } else if (is_program(callee)) {
    const unsigned shift = clang::isa<clang::CXXOperatorCallExpr>(call) &&
                                   clang::isa<clang::CXXMethodDecl>(callee)
                               ? 1
                               : 0;
    const std::vector<const clang::Expr*> arguments(call->arg_begin() + shift,
                                                    call->arg_end());
    pass(callee, arguments);
  } else {
    pass_to_library(operands, written_as_argument(call),
                    call->getSourceRange());
  }
}

void collector::note_flows(const clang::CXXConstructExpr* made) {
  if (wanted_.functions == options::slots::type) return;
  const std::vector<const clang::Expr*> arguments(made->arg_begin(),
                                                  made->arg_end());
  if (is_program(made->getConstructor())) {
    pass(made->getConstructor(), arguments);
  } else if (key_of_function_class(made->getType()).empty()) {
    pass_to_library(arguments, {}, made->getSourceRange());
  }
}

bool collector::VisitInitListExpr(clang::InitListExpr* list) {
  const auto* record = list->getType()->getAsRecordDecl();
  const clang::InitListExpr* made =
      list->isSemanticForm() ? list : list->getSemanticForm();
  if (record == nullptr || made == nullptr || !is_program(record)) return true;
  unsigned n = 0;
  if (const auto* whole = clang::dyn_cast<clang::CXXRecordDecl>(record)) {
    n = whole->getNumBases();
  }
  for (const clang::FieldDecl* field : record->fields()) {
    if (n >= made->getNumInits()) break;
    const clang::Expr* init = made->getInit(n++);
    if (!functions_in(field->getType()).empty()) flow(held_by(field), init);
  }
  return true;
}

bool collector::VisitBinaryOperator(clang::BinaryOperator* two) {
  if (two->getOpcode() == clang::BO_Assign &&
      !functions_in(two->getType()).empty()) {
    flow(origin(two->getLHS()), two->getRHS());
  }
  return true;
}

}  // namespace greenify
