// SPDX-License-Identifier: MIT
#include "tools/greenify/c_jumps.h"

#include <clang/AST/RecursiveASTVisitor.h>

#include <algorithm>
#include <vector>

namespace greenify {

namespace {

// Offsets in the text of one function.
struct jump {
  unsigned from;
  unsigned to;
};

// Declarations, and the end of the block that each stands in.
struct declared {
  const clang::DeclStmt* statement;
  unsigned end_of_block;
};

class finder : public clang::RecursiveASTVisitor<finder> {
 public:
  finder(const places& where, std::vector<jump>& jumps,
         std::vector<declared>& found)
      : places_(where), jumps_(jumps), found_(found) {}

  bool VisitGotoStmt(clang::GotoStmt* leap) {
    add(leap->getGotoLoc(), leap->getLabel()->getStmt()->getIdentLoc());
    return true;
  }
  bool VisitSwitchStmt(clang::SwitchStmt* choice) {
    for (const clang::SwitchCase* one = choice->getSwitchCaseList();
         one != nullptr; one = one->getNextSwitchCase()) {
      add(choice->getSwitchLoc(), one->getKeywordLoc());
    }
    return true;
  }
  bool VisitCompoundStmt(clang::CompoundStmt* block) {
    const auto end = places_.of(block->getRBracLoc());
    if (!end) return true;
    for (clang::Stmt* one : block->body()) {
      // A label or a case stands before the statement that it marks.
      for (;;) {
        if (auto* label = clang::dyn_cast<clang::LabelStmt>(one)) {
          one = label->getSubStmt();
        } else if (auto* mark = clang::dyn_cast<clang::SwitchCase>(one)) {
          one = mark->getSubStmt();
        } else {
          break;
        }
      }
      if (const auto* s = clang::dyn_cast_or_null<clang::DeclStmt>(one)) {
        found_.push_back({s, end->at.offset});
      }
    }
    return true;
  }

 private:
  void add(clang::SourceLocation from, clang::SourceLocation to) {
    const auto a = places_.of(from), b = places_.of(to);
    if (a && b && a->at.file == b->at.file) {
      jumps_.push_back({a->at.offset, b->at.offset});
    }
  }

  const places& places_;
  std::vector<jump>& jumps_;
  std::vector<declared>& found_;
};

// An array cannot be assigned, and a constant neither.
bool can_split(const clang::VarDecl* variable) {
  const clang::QualType type = variable->getType();
  return variable->hasLocalStorage() && variable->getInit() != nullptr &&
         !type->isArrayType() && !type.isConstQualified();
}

bool is_zero(const clang::Expr* value, const clang::ASTContext& context) {
  if (value == nullptr) return false;
  if (const auto* text = clang::dyn_cast<clang::StringLiteral>(value)) {
    return text->getLength() == 0;
  }
  const auto* list = clang::dyn_cast<clang::InitListExpr>(value);
  return list != nullptr &&
         std::ranges::all_of(list->inits(), [&](const clang::Expr* one) {
           const auto number = one->getIntegerConstantExpr(context);
           return clang::isa<clang::ImplicitValueInitExpr>(one) ||
                  (number && *number == 0);
         });
}

// An array of zeros.
void clear(const clang::VarDecl* variable, const places& where,
           std::set<edit>& edits) {
  const clang::Expr* value = variable->getInit();
  const auto init = where.of(value->getSourceRange());
  const auto type =
      where.of(variable->getTypeSourceInfo()->getTypeLoc().getSourceRange());
  if (!init || !type) return;
  const std::string name = variable->getNameAsString();
  edits.insert({init->at.file, type->end, init->end - type->end,
                "; __builtin_memset(" + name + ", 0, sizeof " + name + ")"});
}

void split(const declared& d, const places& where, std::set<edit>& edits) {
  const auto whole = where.of(d.statement->getSourceRange());
  if (!whole) return;
  const std::string& file = whole->at.file;
  for (const clang::Decl* one : d.statement->decls()) {
    const auto* variable = clang::dyn_cast<clang::VarDecl>(one);
    if (variable == nullptr) continue;
    if (d.statement->isSingleDecl() && variable->hasLocalStorage() &&
        variable->getType()->isArrayType() &&
        is_zero(variable->getInit(), variable->getASTContext())) {
      clear(variable, where, edits);
    }
    if (!can_split(variable)) continue;
    const auto name = where.of(variable->getLocation());
    const auto init = where.of(variable->getInit()->getSourceRange());
    if (!name || !init) continue;
    const std::string_view text = where.file_text(file);
    std::size_t equals = text.rfind('=', init->at.offset - 1);
    if (equals == text.npos || equals < name->at.offset) continue;
    // With the blanks before it.
    while (text[equals - 1] == ' ') --equals;
    const unsigned from = unsigned(equals);
    const unsigned length = init->at.offset - from;
    // The last word of the statement is its semicolon.
    const std::string word = variable->getNameAsString();
    if (d.statement->isSingleDecl()) {
      edits.insert({file, from, length, "; " + word + " = "});
      continue;
    }
    edits.insert({file, from, length, ""});
    edits.insert({file, init->at.offset, init->length(), " " + word + " = ",
                  long(init->at.offset) * 4, whole->end});
    edits.insert({file, whole->end, 0, ";", long(init->at.offset) * 4 + 1});
  }
}

}  // namespace

void split_jumped(clang::ASTContext& context, const places& where,
                  std::set<edit>& edits) {
  for (const clang::Decl* one : context.getTranslationUnitDecl()->decls()) {
    const auto* function = clang::dyn_cast<clang::FunctionDecl>(one);
    if (function == nullptr || !function->doesThisDeclarationHaveABody() ||
        !where.in_program(function->getLocation())) {
      continue;
    }
    std::vector<jump> jumps;
    std::vector<declared> found;
    finder(where, jumps, found).TraverseStmt(function->getBody());
    for (const declared& d : found) {
      const auto at = where.of(d.statement->getSourceRange());
      if (at && std::ranges::any_of(jumps, [&](const jump& j) {
            return j.from < at->at.offset && at->at.offset < j.to &&
                   j.to < d.end_of_block;
          })) {
        split(d, where, edits);
      }
    }
  }
}

}  // namespace greenify
