// SPDX-License-Identifier: MIT
#include "tools/greenify/c_forms.h"

#include <clang/AST/RecursiveASTVisitor.h>

#include <vector>

#include "tools/greenify/edits.h"

namespace greenify {

namespace {

class forms : public clang::RecursiveASTVisitor<forms> {
 public:
  forms(clang::ASTContext& context, const places& where, std::set<edit>& edits,
        std::set<finding>& errors)
      : context_(context), places_(where), edits_(edits), errors_(errors) {}

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    if (!places_.of(function->getLocation())) return true;
    if (!function->hasWrittenPrototype()) {
      write_parameters(function);
    }
    return true;
  }

  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (callee != nullptr && !callee->hasWrittenPrototype() &&
        call->getNumArgs() > 0 && callee->getNumParams() == 0 &&
        callee->getBuiltinID() == 0 && callee->getDefinition() == nullptr) {
      refuse(call->getBeginLoc(),
             callee->getNameAsString() +
                 " is declared without its parameters: write them there");
    }
    return true;
  }

  // Of two tentative definitions the last one is the definition.
  bool VisitVarDecl(clang::VarDecl* variable) {
    const clang::VarDecl* defined = variable->getDefinition();
    if (defined == nullptr) defined = variable->getActingDefinition();
    const bool last = defined == nullptr || variable == defined;
    if (variable->isThisDeclarationADefinition() ==
            clang::VarDecl::DeclarationOnly ||
        (last && !declared_before(variable))) {
      return true;
    }
    const auto begin = places_.of(variable->getBeginLoc());
    if (variable->getStorageClass() == clang::SC_Static || !begin) {
      name_no_namespace(variable, last);
    } else if (!last) {
      insert(begin->at.file, begin->at.offset, "extern ");
    }
    return true;
  }

  // The size of a parameter says nothing to C++.
  bool VisitParmVarDecl(clang::ParmVarDecl* parameter) {
    if (!parameter->getOriginalType()->isVariableArrayType()) return true;
    clang::TypeLoc type = parameter->getTypeSourceInfo()->getTypeLoc();
    if (const auto decayed = type.getAs<clang::AdjustedTypeLoc>()) {
      type = decayed.getOriginalLoc();
    }
    const auto array = type.getAs<clang::ArrayTypeLoc>();
    const auto size = array && array.getSizeExpr() != nullptr
                          ? places_.of(array.getSizeExpr()->getSourceRange())
                          : std::nullopt;
    if (!size || array.getTypePtr()->getElementType()->isVariableArrayType()) {
      refuse(parameter->getLocation(),
             parameter->getNameAsString() +
                 " has a size that another parameter gives: make it a pointer");
      return true;
    }
    edits_.insert({size->at.file, size->at.offset, size->length(), ""});
    return true;
  }

  // The association that the compiler chose.
  bool VisitGenericSelectionExpr(clang::GenericSelectionExpr* chosen) {
    const auto whole = places_.of(chosen->getSourceRange());
    if (!whole || whole->in_macro || chosen->isResultDependent()) return true;
    const auto result = places_.of(chosen->getResultExpr()->getSourceRange());
    if (!result) return true;
    const std::string& file = whole->at.file;
    edits_.insert(
        {file, whole->at.offset, result->at.offset - whole->at.offset, "("});
    edits_.insert({file, result->end, whole->end - result->end, ")"});
    return true;
  }

  // {.a.b = 1, .a.c = 2} is {.a = {.b = 1, .c = 2}}
  bool VisitInitListExpr(clang::InitListExpr* list) {
    const clang::InitListExpr* written =
        list->isSemanticForm() ? list->getSyntacticForm() : list;
    if (written == nullptr) return true;
    for (unsigned i = 0; i < written->getNumInits(); ++i) {
      const auto* one = clang::dyn_cast_or_null<clang::DesignatedInitExpr>(
          written->getInit(i));
      if (one == nullptr || one->size() < 2) continue;
      const fields named = fields_of(written, i);
      if (named.empty()) {
        refuse(one->getBeginLoc(),
               "a designator in a designator: write braces");
      } else {
        write_braces(one, named, shared(fields_of(written, i - 1), named),
                     shared(named, fields_of(written, i + 1)));
      }
    }
    return true;
  }

 private:
  void insert(const std::string& file, unsigned offset,
              const std::string& text) {
    edits_.insert({file, offset, 0, text});
  }

  void refuse(clang::SourceLocation at, const std::string& text) {
    if (const auto place = places_.of(at)) {
      errors_.insert({place->at, level::error, text});
    }
  }

  static bool declared_before(const clang::VarDecl* variable) {
    const clang::VarDecl* before = variable->getPreviousDecl();
    return before != nullptr && variable->isFileVarDecl() &&
           before->getStorageClass() == clang::SC_Static;
  }

  // A static variable can be declared before its definition in a namespace
  // without a name only.
  void name_no_namespace(const clang::VarDecl* variable, bool defined) {
    const std::string word = "static";
    const auto whole = places_.of(variable->getSourceRange());
    const auto begin = places_.of(variable->getBeginLoc());
    const auto name = places_.of(variable->getLocation());
    const unsigned end =
        whole ? places_.after(whole->at.file, whole->end, ";") : 0;
    if (end == 0 || !begin || !name || whole->in_macro ||
        places_.text(*begin) != word ||
        places_.text({begin->at, name->at.offset}).find_first_of(",{") !=
            std::string::npos) {
      refuse(variable->getLocation(), variable->getNameAsString() +
                                          " is defined twice: keep the "
                                          "definition that comes first");
      return;
    }
    const std::string& file = begin->at.file;
    edits_.insert({file, begin->at.offset, begin->length(),
                   std::string(no_name) + (defined ? "" : " extern")});
    edits_.insert({file, end, 0, " }", closing(begin->at.offset)});
  }

  using fields = std::vector<clang::DesignatedInitExpr::Designator>;

  // The fields that a designator spells, and nothing if it has an index, too.
  static fields fields_of(const clang::InitListExpr* list, unsigned i) {
    const auto* one = i >= list->getNumInits()
                          ? nullptr
                          : clang::dyn_cast_or_null<clang::DesignatedInitExpr>(
                                list->getInit(i));
    fields all;
    if (one == nullptr) return all;
    for (const auto& field : one->designators()) {
      if (!field.isFieldDesignator()) return {};
      // clang adds the unions without a name that are between.
      if (field.getDotLoc().isValid()) all.push_back(field);
    }
    return all;
  }

  // The number of braces that two neighbours are in together.
  static std::size_t shared(const fields& a, const fields& b) {
    std::size_t n = 0;
    while (n + 1 < a.size() && n + 1 < b.size() &&
           a[n].getFieldName() == b[n].getFieldName()) {
      ++n;
    }
    return n;
  }

  void write_braces(const clang::DesignatedInitExpr* one, const fields& named,
                    std::size_t open, std::size_t kept) {
    const auto from = places_.of(one->getBeginLoc());
    const auto first = places_.of(named[open].getDotLoc());
    const auto end = places_.of(one->getInit()->getSourceRange());
    if (!from || !first || !end) return;
    const std::string& file = from->at.file;
    if (open > 0) {
      edits_.insert(
          {file, from->at.offset, first->at.offset - from->at.offset, ""});
    }
    for (std::size_t n = open + 1; n < named.size(); ++n) {
      const auto dot = places_.of(named[n].getDotLoc());
      if (dot) insert(file, dot->at.offset, " = {");
    }
    const std::string close(named.size() - 1 - kept, '}');
    if (!close.empty()) insert(file, end->end, close);
  }

  // `int f(a, b) char *a; int b; {`, and its declarations `int f();`.
  void write_parameters(const clang::FunctionDecl* function) {
    const clang::FunctionDecl* with = function->getDefinition();
    if (with == nullptr) with = function;
    const clang::FunctionTypeLoc type = function->getFunctionTypeLoc();
    const auto open = type ? places_.of(type.getLParenLoc()) : std::nullopt;
    auto close = type ? places_.of(type.getRParenLoc()) : std::nullopt;
    if (with->getNumParams() == 0 || !open || !close) return;
    std::string all;
    for (const clang::ParmVarDecl* p : with->parameters()) {
      std::string one = p->getNameAsString();
      p->getType().getAsStringInternal(one, context_.getLangOpts());
      all += (all.empty() ? "" : ", ") + one;
    }
    unsigned end = close->end;
    if (function->doesThisDeclarationHaveABody()) {
      if (const auto body = places_.of(function->getBody()->getBeginLoc())) {
        all += ") ";
        end = body->at.offset;
      }
    } else {
      all += ")";
    }
    edits_.insert({open->at.file, open->end, end - open->end, all});
  }

  clang::ASTContext& context_;
  const places& places_;
  std::set<edit>& edits_;
  std::set<finding>& errors_;
};

}  // namespace

void convert_forms(clang::ASTContext& context, const places& where,
                   std::set<edit>& edits, std::set<finding>& errors) {
  forms(context, where, edits, errors)
      .TraverseDecl(context.getTranslationUnitDecl());
}

}  // namespace greenify
