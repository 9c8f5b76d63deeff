// SPDX-License-Identifier: MIT
//
// Handlers: C++ allows no co_await in one. A handler that waits notes its
// exception, and its body moves behind the try. The exception lives as long as
// its exception_ptr, so references to it stay valid.
#include "tools/greenify/collector.h"
#include "tools/greenify/edits.h"

namespace greenify {

// The key of the handler, which the step above, its try, is a part of.
std::string collector::note_handler(const clang::CXXCatchStmt* caught) {
  const auto at = places_.of(caught->getCatchLoc());
  if (!at) return "handler in a macro";
  const std::string key =
      "handler:" + at->at.file + ":" + std::to_string(at->at.offset);
  handler found;
  const auto* whole =
      path_.empty() || path_.back().stmt == nullptr
          ? nullptr
          : clang::dyn_cast<clang::CXXTryStmt>(path_.back().stmt);
  const auto around =
      whole == nullptr ? std::nullopt : places_.of(whole->getSourceRange());
  if (!around || at->in_macro) {
    found.cannot = "its handler stands in a macro: write it out";
  } else {
    const bool last = whole->getHandler(whole->getNumHandlers() - 1) == caught;
    move_handler(caught, *around, last, found);
  }
  handler& to = facts_.handlers[key];
  if (to.cannot.empty()) to.cannot = found.cannot;
  to.if_waits.merge(found.if_waits);
  return key;
}

void collector::move_handler(const clang::CXXCatchStmt* caught,
                             const span& around, bool last, handler& to) const {
  const auto open = places_.of(caught->getHandlerBlock()->getBeginLoc());
  const auto close = places_.of(caught->getHandlerBlock()->getEndLoc());
  if (!open || !close) {
    to.cannot = "its handler stands in a macro: write it out";
    return;
  }
  const std::string& file = around.at.file;
  const std::string name = "caught_" + std::to_string(open->at.line);
  const clang::VarDecl* variable = caught->getExceptionDecl();
  const bool named = variable != nullptr && !variable->getName().empty();
  std::string before = "{ std::exception_ptr " + name + "; ";
  std::string noted = " " + name + " = std::current_exception(); ";
  std::string begin = " if (" + name + ") {";
  if (named) {
    clang::PrintingPolicy policy(context_.getLangOpts());
    policy.SuppressTagKeyword = true;
    policy.FullyQualifiedName = true;
    const clang::QualType type =
        context_.getPointerType(caught->getCaughtType().getNonReferenceType());
    before += type.getAsString(policy) + " " + name + "_at = nullptr; ";
    noted += name + "_at = &" + variable->getNameAsString() + "; ";
    begin += " auto& " + variable->getNameAsString() + " = *" + name + "_at;";
  }
  auto& edits = to.if_waits.edits;
  to.if_waits.headers.emplace(file, "<exception>");
  const long order = long(open->at.offset);
  edits.insert({file, around.at.offset, 0, before, order});
  edits.insert({file, around.end, 0, " }", (1L << 40) + order});

  edits.insert(
      {file, open->at.offset, 1, "{" + noted + (last ? "}" + begin : "")});
  if (last) return;

  edits.insert({file, open->end, close->at.offset - open->end, begin, order,
                around.end});
  edits.insert({file, around.end, 0, "}", order + 1});
}

// `throw;` in a handler that moved: there is no exception that is handled.
bool collector::VisitCXXThrowExpr(clang::CXXThrowExpr* thrown) {
  if (thrown->getSubExpr() != nullptr || frames_.empty() ||
      frames_.back().handlers.empty()) {
    return true;
  }
  const auto word = places_.of(thrown->getThrowLoc());
  handler& in = facts_.handlers[frames_.back().handlers.back()];
  if (!word || word->in_macro) {
    in.cannot = "a throw of its handler stands in a macro: write it out";
    return true;
  }
  for (auto it = path_.rbegin(); it != path_.rend(); ++it) {
    const auto* caught = it->stmt == nullptr
                             ? nullptr
                             : clang::dyn_cast<clang::CXXCatchStmt>(it->stmt);
    if (caught == nullptr) continue;
    const auto open = places_.of(caught->getHandlerBlock()->getBeginLoc());
    if (!open) return true;
    in.if_waits.edits.insert({word->at.file, word->at.offset, word->length(),
                              "std::rethrow_exception(caught_" +
                                  std::to_string(open->at.line) + ")"});
    return true;
  }
  return true;
}

}  // namespace greenify
