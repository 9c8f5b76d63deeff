// SPDX-License-Identifier: MIT
#include "tools/greenify/c_stage.h"

#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>

#include "tools/greenify/c_forms.h"
#include "tools/greenify/c_jumps.h"
#include "tools/greenify/edits.h"
#include "tools/greenify/parse.h"
#include "tools/greenify/places.h"

namespace greenify {

namespace {

// Words of C++ that are names in C, and words of C that C++ spells otherwise.
const std::map<std::string, std::string, std::less<>> other_words = {
    {"restrict", "__restrict"},
    {"_Bool", "bool"},
    {"_Static_assert", "static_assert"},
    {"_Noreturn", "[[noreturn]]"},
    {"_Thread_local", "thread_local"}};
const std::set<std::string, std::less<>> names_in_c = {
    "and",       "catch",    "class",     "delete",    "explicit", "export",
    "friend",    "mutable",  "namespace", "new",       "not",      "operator",
    "or",        "private",  "protected", "public",    "template", "this",
    "throw",     "try",      "typename",  "using",     "virtual",  "xor",
    "constexpr", "decltype", "noexcept",  "co_await",  "co_yield", "co_return",
    "concept",   "requires", "typeid",    "consteval", "constinit"};
// Names that C takes from its headers. A program may declare them itself.
const std::set<std::string, std::less<>> names_of_headers = {
    "bool",     "true",    "false",   "wchar_t", "char8_t", "char16_t",
    "char32_t", "nullptr", "alignas", "alignof", "asm",     "static_assert"};
// Functions whose result in C++ points to const if the argument does.
const std::set<std::string, std::less<>> keep_const = {
    "strchr", "strrchr", "strstr", "strpbrk", "memchr", "index", "rindex"};

// Finds what C converts in silence and C++ does not.
class converter : public clang::RecursiveASTVisitor<converter> {
 public:
  converter(clang::ASTContext& context, const places& where,
            std::set<edit>& edits, std::set<std::string, std::less<>>& names)
      : context_(context), places_(where), edits_(edits), names_(names) {}

  bool VisitNamedDecl(clang::NamedDecl* named) {
    const std::string name = named->getNameAsString();
    if (names_of_headers.contains(name) && places_.of(named->getLocation())) {
      names_.insert(name);
    }
    return true;
  }

  // C++ knows the enumerators and types of a struct by its name alone.
  bool VisitDeclRefExpr(clang::DeclRefExpr* named) {
    const auto* one =
        clang::dyn_cast<clang::EnumConstantDecl>(named->getDecl());
    if (one != nullptr) {
      name_scope(clang::cast<clang::EnumDecl>(one->getDeclContext()),
                 named->getLocation());
    }
    return true;
  }
  bool VisitTagTypeLoc(clang::TagTypeLoc type) {
    if (!type.isDefinition()) name_scope(type.getDecl(), type.getNameLoc());
    return true;
  }

  // In C++ it points to const if one of the two is a string.
  bool VisitConditionalOperator(clang::ConditionalOperator* choice) {
    const clang::QualType type = choice->getType();
    if (!type->isPointerType() || type->getPointeeType().isConstQualified()) {
      return true;
    }
    for (const clang::Expr* one : {choice->getLHS(), choice->getRHS()}) {
      if (clang::isa<clang::StringLiteral>(one->IgnoreParenImpCasts())) {
        write_cast(type, one->IgnoreParenImpCasts());
      }
    }
    return true;
  }

  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (callee == nullptr || call->getNumArgs() == 0) return true;
    if (keep_const.contains(callee->getNameAsString())) keep_plain(call);
    const clang::FunctionDecl* defined = callee->getDefinition();
    if (defined != nullptr && !callee->hasPrototype() &&
        defined->getNumParams() == 0) {
      drop_arguments(call);
    }
    return true;
  }

  bool VisitImplicitCastExpr(clang::ImplicitCastExpr* cast) {
    const clang::QualType to = cast->getType();
    const clang::Expr* from = cast->getSubExpr();
    const bool pointers = cast->getCastKind() == clang::CK_BitCast &&
                          to->isPointerType() &&
                          (!to->isVoidPointerType() || is_string(from, to));
    const bool to_enum = cast->getCastKind() == clang::CK_IntegralCast &&
                         to->isEnumeralType() && !is_enumerator(from, to);
    if (pointers || to_enum || drops_const(cast)) write_cast(to, from);
    return true;
  }

  // A pointer becomes a small integer in two steps.
  bool VisitCStyleCastExpr(clang::CStyleCastExpr* cast) {
    if (cast->getCastKind() != clang::CK_PointerToIntegral ||
        context_.getTypeSize(cast->getType()) >=
            context_.getTypeSize(context_.VoidPtrTy)) {
      return true;
    }
    const auto paren = places_.of(cast->getRParenLoc());
    if (paren) edits_.insert({paren->at.file, paren->end, 0, "(long)", -1});
    return true;
  }

  // An initialiser list narrows nothing in C++.
  bool VisitInitListExpr(clang::InitListExpr* list) {
    for (const clang::Expr* init : list->inits()) {
      const auto* cast = clang::dyn_cast_or_null<clang::ImplicitCastExpr>(init);
      if (cast == nullptr ||
          (cast->getCastKind() != clang::CK_IntegralCast &&
           cast->getCastKind() != clang::CK_FloatingToIntegral &&
           cast->getCastKind() != clang::CK_IntegralToFloating) ||
          keeps_value(cast)) {
        continue;
      }
      write_cast(cast->getType(), cast->getSubExpr());
    }
    return true;
  }

 private:
  void name_scope(const clang::TagDecl* tag, clang::SourceLocation at) {
    const auto text = places_.of(at);
    if (!text) return;
    std::string scope;
    const clang::TagDecl* defined = tag->getDefinition();
    if (defined == nullptr) return;
    for (const clang::DeclContext* in = defined->getLexicalDeclContext();
         in->isRecord(); in = in->getLexicalParent()) {
      const auto* around = clang::cast<clang::RecordDecl>(in);
      const auto* alias = around->getTypedefNameForAnonDecl();
      const std::string name = alias == nullptr ? around->getNameAsString()
                                                : alias->getNameAsString();
      const auto whole = places_.of(around->getSourceRange());
      const bool inside = whole && whole->at.file == text->at.file &&
                          whole->at.offset < text->at.offset &&
                          text->end <= whole->end;
      if (name.empty() || inside) break;
      scope = name + "::" + scope;
    }
    if (scope.empty()) return;
    edits_.insert({text->at.file, text->at.offset, 0, scope});
  }

  void keep_plain(const clang::CallExpr* call) {
    const clang::QualType given =
        call->getArg(0)->IgnoreParenImpCasts()->getType();
    const bool constant =
        given->isPointerType() && given->getPointeeType().isConstQualified();
    if (constant) write_cast(call->getType(), call);
  }

  // C lets a function without parameters be called with arguments.
  void drop_arguments(const clang::CallExpr* call) {
    const auto all = places_.of(
        clang::SourceRange(call->getArg(0)->getBeginLoc(),
                           call->getArg(call->getNumArgs() - 1)->getEndLoc()));
    for (const clang::Expr* argument : call->arguments()) {
      if (argument->HasSideEffects(context_)) return;
    }
    if (all) edits_.insert({all->at.file, all->at.offset, all->length(), ""});
  }

  static bool is_enumerator(const clang::Expr* e, clang::QualType type) {
    const auto* named =
        clang::dyn_cast<clang::DeclRefExpr>(e->IgnoreParenImpCasts());
    const auto* constant =
        named == nullptr
            ? nullptr
            : clang::dyn_cast<clang::EnumConstantDecl>(named->getDecl());
    return constant != nullptr &&
           clang::cast<clang::EnumDecl>(constant->getDeclContext()) ==
               type->getAs<clang::EnumType>()->getDecl();
  }

  // Strings are const in C++.
  static bool is_string(const clang::Expr* e, clang::QualType to) {
    return !to->getPointeeType().isConstQualified() &&
           clang::isa<clang::StringLiteral>(e->IgnoreParenImpCasts());
  }

  // A constant that has the same value in both types narrows nothing.
  bool keeps_value(const clang::ImplicitCastExpr* cast) const {
    clang::Expr::EvalResult before, after;
    if (cast->getCastKind() != clang::CK_IntegralCast) {
      return cast->isEvaluatable(context_);
    }
    return cast->getSubExpr()->EvaluateAsInt(before, context_) &&
           cast->EvaluateAsInt(after, context_) &&
           llvm::APSInt::isSameValue(before.Val.getInt(), after.Val.getInt());
  }

  bool drops_const(const clang::ImplicitCastExpr* cast) const {
    if (cast->getCastKind() != clang::CK_NoOp ||
        !cast->getType()->isPointerType() ||
        !cast->getSubExpr()->getType()->isPointerType()) {
      return false;
    }
    const auto to = cast->getType()->getPointeeType();
    const auto from = cast->getSubExpr()->getType()->getPointeeType();
    return from.isConstQualified() && !to.isConstQualified();
  }

  void write_cast(clang::QualType to, const clang::Expr* from) {
    const auto text = places_.of(from->getSourceRange());
    if (!text) return;
    const clang::Expr* inner = from->IgnoreImplicit();
    const bool simple =
        clang::isa<clang::DeclRefExpr, clang::CallExpr, clang::MemberExpr,
                   clang::ParenExpr, clang::ArraySubscriptExpr,
                   clang::UnaryOperator, clang::StringLiteral,
                   clang::CStyleCastExpr, clang::IntegerLiteral>(inner);
    std::string open =
        "(" + to.getUnqualifiedType().getAsString(context_.getLangOpts()) + ")";
    if (!simple) open += "(";
    const std::string& file = text->at.file;
    edits_.insert({file, text->at.offset, 0, open, opening(text->end)});
    if (!simple) {
      edits_.insert({file, text->end, 0, ")", closing(text->at.offset)});
    }
  }

  clang::ASTContext& context_;
  const places& places_;
  std::set<edit>& edits_;
  std::set<std::string, std::less<>>& names_;
};

// Renames the words, token by token. Directives and strings stay.
void rename_words(const std::string& path, std::string_view text,
                  const std::set<std::string, std::less<>>& names,
                  std::set<edit>& edits) {
  clang::LangOptions language;
  language.C17 = true;
  const std::string copy(text);
  clang::Lexer lexer(clang::SourceLocation(), language, copy.data(),
                     copy.data(), copy.data() + copy.size());
  bool directive = false;
  for (clang::Token token; !lexer.LexFromRawLexer(token);) {
    if (token.isAtStartOfLine()) directive = token.is(clang::tok::hash);
    if (token.isNot(clang::tok::raw_identifier) || directive) continue;
    const std::string word = token.getRawIdentifier().str();
    const auto offset = unsigned(token.getLocation().getRawEncoding());
    const auto other = other_words.find(word);
    if (other != other_words.end()) {
      edits.insert({path, offset, unsigned(word.size()), other->second});
    } else if (names_in_c.contains(word) || names.contains(word)) {
      edits.insert({path, offset, unsigned(word.size()), word + "_"});
    }
  }
}

// The types in casts and other written text have the new names, too.
std::string renamed(const std::string& text,
                    const std::set<std::string, std::less<>>& names) {
  if (text.starts_with(no_name)) return text;
  std::set<edit> made;
  rename_words("", text, names, made);
  return edited(text, settle(text, {made.begin(), made.end()}));
}

std::string cpp_name(const std::string& path) {
  return path.ends_with(".c") ? path + "c" : path;
}

}  // namespace

bool is_c(const unit& u) {
  for (std::size_t i = 0; i + 1 < u.command.size(); ++i) {
    if (u.command[i] == "-xc++" ||
        (u.command[i] == "-x" && u.command[i + 1] == "c++")) {
      return false;
    }
  }
  return u.file.ends_with(".c");
}

facts find_casts(const unit& parsed, const options& wanted, paths_read& read) {
  facts found;
  with_context(parsed, {}, found.errors, read, [&](clang::ASTContext& context) {
    places where(context, wanted.root);
    where.find_files();
    converter(context, where, found.always.edits, found.renamed)
        .TraverseDecl(context.getTranslationUnitDecl());
    convert_forms(context, where, found.always.edits, found.errors);
    split_jumped(context, where, found.always.edits);
    for (const auto& [path, id] : where.files()) found.files.try_emplace(path);
  });
  return found;
}

result to_cpp(std::vector<unit>& units, const facts& found) {
  std::map<std::string, std::set<edit>> edits;
  for (edit e : found.always.edits) {
    e.text = renamed(e.text, found.renamed);
    edits[e.file].insert(e);
  }
  result files;
  for (const auto& [path, read] : found.files) {
    // A file that a unit includes keeps its name.
    const bool own = std::ranges::any_of(
        units, [&](const unit& u) { return u.file == path; });
    converted& file = files[own ? cpp_name(path) : path];
    file.from = path;
    file.before = read_file(path);
    std::set<edit>& made = edits[path];
    rename_words(path, file.before, found.renamed, made);
    file.edits = settle(file.before, {made.begin(), made.end()});
    file.after = edited(file.before, file.edits);
  }
  for (unit& u : units) {
    if (!is_c(u)) continue;
    const std::string file = cpp_name(u.file);
    for (std::string& word : u.command) {
      if (word == u.file || word == u.file.substr(u.file.rfind('/') + 1)) {
        word = file;
      }
    }
    std::erase_if(u.command, [](const std::string& word) {
      return word.starts_with("-std=");
    });
    u.command.front() = compiler;
    u.command.insert(u.command.begin() + 1, {"-std=c++20", "-w"});
    u.file = file;
  }
  return files;
}

}  // namespace greenify
