// SPDX-License-Identifier: MIT
// Calls that hold the hub, and the functions of the program through which they
// are reached.
#include <clang/AST/DeclTemplate.h>

#include "tools/greenify/checker.h"

namespace greenify {

namespace {

// The object of a member's call.
const clang::Expr* object_of_method(const clang::CallExpr* call) {
  if (const auto* member = clang::dyn_cast<clang::CXXMemberCallExpr>(call)) {
    return member->getImplicitObjectArgument();
  }
  if (clang::isa<clang::CXXOperatorCallExpr>(call) && call->getNumArgs() > 0) {
    const auto* method =
        clang::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee());
    return method == nullptr ? nullptr : call->getArg(0);
  }
  return nullptr;
}

const clang::ClassTemplateSpecializationDecl* specialization(
    clang::QualType type) {
  return clang::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
      type->getAsCXXRecordDecl());
}

// Of std::unique_lock<M> and its like: is M one of std's?
bool locks_of_std(const clang::ClassTemplateSpecializationDecl* lock) {
  if (lock->getTemplateArgs().size() == 0) return false;
  const clang::TemplateArgument& first = lock->getTemplateArgs()[0];
  const auto of_std = [](const clang::TemplateArgument& one) {
    const auto* record = one.getKind() == clang::TemplateArgument::Type
                             ? one.getAsType()->getAsCXXRecordDecl()
                             : nullptr;
    return record != nullptr && record->isInStdNamespace();
  };
  if (first.getKind() != clang::TemplateArgument::Pack) return of_std(first);
  for (const clang::TemplateArgument& one : first.pack_elements()) {
    if (of_std(one)) return true;
  }
  return false;
}

bool takes_a_path(const clang::FunctionDecl* function) {
  for (const clang::ParmVarDecl* parameter : function->parameters()) {
    const auto* record =
        parameter->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (record != nullptr && record->getName() == "path") return true;
  }
  return false;
}

}  // namespace

void checker::note_hold(clang::SourceLocation at, const std::string& original,
                        const std::string& advice) {
  if (frames_.empty()) return;
  const auto found =
      places_.of(context_.getSourceManager().getExpansionLoc(at));
  if (!found) return;
  facts_.holds.insert({frames_.back().key, found->at, original, advice});
}

// libstdc++ declares members of std's classes in bases of theirs. So the type
// of the object has the first say.
void checker::note_original(const clang::CallExpr* call,
                            const clang::FunctionDecl* callee) {
  const std::string qualified = qualified_name(callee);
  const name* found = nullptr;
  std::string shown = qualified;
  if (const clang::Expr* object = object_of_method(call)) {
    // A conversion to a base is nothing that somebody wrote.
    clang::QualType type = object->IgnoreParenImpCasts()->getType();
    if (type->isPointerType()) type = type->getPointeeType();
    const auto* record = type->getAsCXXRecordDecl();
    if (record != nullptr) {
      const auto* lock = specialization(type);
      const std::string of_type = qualified_name(record);
      if (of_type.ends_with("_lock") && lock != nullptr && !locks_of_std(lock))
        return;
      shown = of_type + "::" + callee->getNameAsString();
      found = names_.awaited(shown);
    }
  }
  if (found == nullptr) found = names_.awaited(qualified);
  if (qualified.starts_with("std::filesystem::") && !takes_a_path(callee))
    return;
  if (found != nullptr) {
    note_hold(call->getBeginLoc(), found->original,
              "write co_await " + found->green);
    return;
  }
  const auto holder = holders_.find(qualified);
  if (holder != holders_.end())
    note_hold(call->getBeginLoc(), qualified, holder->second);
}

void checker::note_edge(const clang::FunctionDecl* callee,
                        clang::SourceLocation at) {
  if (frames_.empty()) return;
  const auto found =
      places_.of(context_.getSourceManager().getExpansionLoc(at));
  if (!found) return;
  const std::string key = key_of(callee);
  auto& known = facts_.functions[key];
  if (known.name.empty()) known.name = name_of(callee);
  facts_.calls.insert({frames_.back().key, key, found->at});
}

// A callable that is given away: a hub runs it, or it is called at once.
void checker::note_callable(const clang::Expr* argument, bool on_hub) {
  const std::string key = slot_of(argument);
  if (key.empty()) return;
  if (on_hub) {
    facts_.functions[key].on_hub = true;
  } else if (!frames_.empty()) {
    note_call(frames_.back().key, key, argument->getBeginLoc());
  }
}

void checker::note_starts(const clang::FunctionDecl* callee,
                          clang::SourceLocation at) {
  if (frames_.empty()) return;
  const std::string name = qualified_name(callee);
  frames_.back().runs |= name == "green::run";
  if (name == "green::spawn" || name == "green::thread::thread" ||
      name == "green::jthread::jthread") {
    frames_.back().starts.push_back(at);
  }
}

void checker::note_arguments(const clang::FunctionDecl* callee,
                             const clang::CallExpr* call) {
  static const std::set<std::string> starters = {
      "spawn", "spawn_later", "spawn_nowait", "spawn_for",
      "run",   "async",       "with_timeout"};
  // These give the callable on, and do not call it.
  static const std::set<std::string> givers = {"move",
                                               "forward",
                                               "ref",
                                               "cref",
                                               "as_const",
                                               "exchange",
                                               "swap",
                                               "bind",
                                               "bind_front",
                                               "make_pair",
                                               "make_tuple",
                                               "make_shared",
                                               "tie",
                                               "make_unique",
                                               "addressof",
                                               "make_optional",
                                               "async",
                                               "construct_at",
                                               "forward_as_tuple"};
  const bool hub = is_green(callee) && callee->getIdentifier() != nullptr &&
                   starters.contains(callee->getNameAsString());
  const bool algorithm = callee->isInStdNamespace() &&
                         callee->getIdentifier() != nullptr &&
                         !clang::isa<clang::CXXMethodDecl>(callee) &&
                         !givers.contains(callee->getNameAsString());
  const bool assigned = clang::isa<clang::CXXOperatorCallExpr>(call) &&
                        clang::isa<clang::CXXMethodDecl>(callee);
  unsigned i = 0;
  for (const clang::Expr* argument : call->arguments()) {
    if (hub || algorithm) note_callable(argument, hub);
    if (!assigned && i < callee->getNumParams() &&
        places_.in_program(callee->getLocation())) {
      note_flow(slot_of(callee->getParamDecl(i)), argument);
    }
    ++i;
    note_given(callee, argument);
  }
}

bool checker::VisitCallExpr(clang::CallExpr* call) {
  note_slot_call(call);
  if (const auto* assigned = clang::dyn_cast<clang::CXXOperatorCallExpr>(call))
    note_assigned(assigned);
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (callee == nullptr) return true;
  if (in_coroutine() && callee->hasAttr<clang::ReturnsTwiceAttr>()) {
    note(call->getBeginLoc(), "gcc12", callee->getNameAsString(),
         "g++ 12 crashes at a call that returns twice, in a coroutine: call " +
             callee->getNameAsString() + " in a plain function");
  }
  if (const auto* member = clang::dyn_cast<clang::CXXMemberCallExpr>(call))
    note_unlock(member);
  note_starts(callee, call->getBeginLoc());
  note_arguments(callee, call);
  if (places_.in_program(callee->getLocation()) && !is_green(callee)) {
    note_edge(callee, call->getBeginLoc());
    note_dangling(call, callee);
    note_object(call, callee);
  } else if (is_green(callee)) {
    note_narrowed(call, callee);
    note_started(call);
  } else {
    note_original(call, callee);
    note_stream(call, callee);
  }
  return true;
}

// std::cin >> x, std::cout << x and std::getline(std::cin, x).
void checker::note_stream(const clang::CallExpr* call,
                          const clang::FunctionDecl* callee) {
  const auto* shift = clang::dyn_cast<clang::CXXOperatorCallExpr>(call);
  const bool shifts =
      shift != nullptr && (shift->getOperator() == clang::OO_GreaterGreater ||
                           shift->getOperator() == clang::OO_LessLess);
  if (!shifts && qualified_name(callee) != "std::getline") return;
  if (call->getNumArgs() == 0) return;
  const auto* named =
      clang::dyn_cast<clang::DeclRefExpr>(bare(call->getArg(0)));
  if (named == nullptr) return;
  const auto advice = holders_.find(qualified_name(named->getDecl()));
  if (advice != holders_.end())
    note_hold(call->getBeginLoc(), advice->first, advice->second);
}

// The destructors that run when the scope of a variable ends.
void checker::note_end(const clang::CXXRecordDecl* record,
                       clang::SourceLocation at) {
  record = record == nullptr ? nullptr : record->getDefinition();
  if (record == nullptr || !places_.in_program(record->getLocation()) ||
      is_green(record) || record->hasTrivialDestructor()) {
    return;
  }
  const clang::CXXDestructorDecl* destructor = record->getDestructor();
  if (destructor != nullptr && destructor->isUserProvided())
    note_edge(destructor, at);
  for (const clang::FieldDecl* field : record->fields())
    note_end(field->getType()->getAsCXXRecordDecl(), at);
  for (const clang::CXXBaseSpecifier& base : record->bases())
    note_end(base.getType()->getAsCXXRecordDecl(), at);
}

// A guard of std that locks a mutex of std in its constructor.
void checker::note_guard(const clang::CXXConstructExpr* made) {
  const auto* lock = specialization(made->getType());
  if (lock == nullptr || !locks_of_std(lock) || made->getNumArgs() == 0) return;
  for (const clang::Expr* argument : made->arguments()) {
    const auto* tag =
        argument->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (tag == nullptr) continue;
    if (tag->getName() == "defer_lock_t" || tag->getName() == "adopt_lock_t" ||
        tag->getName() == "try_to_lock_t") {
      return;
    }
  }
  const std::string guard = qualified_name(lock);
  const bool shared = guard == "std::shared_lock";
  note_hold(made->getBeginLoc(), guard,
            shared ? "use a green::shared_mutex, and write auto lk = co_await "
                     "m.scoped_lock_shared();"
                   : "use a green::mutex, and write auto lk = co_await "
                     "m.scoped_lock();");
}

bool checker::VisitCXXConstructExpr(clang::CXXConstructExpr* made) {
  const clang::CXXConstructorDecl* constructor = made->getConstructor();
  const std::string type = qualified_name(constructor->getParent());
  if (places_.in_program(constructor->getLocation()) && !is_green(constructor))
    note_edge(constructor, made->getBeginLoc());
  note_starts(constructor, made->getBeginLoc());
  if (constructor->isCopyOrMoveConstructor()) return true;
  if (type == "green::thread" || type == "green::jthread") {
    for (const clang::Expr* argument : made->arguments())
      note_callable(argument, true);
  }
  for (const clang::Expr* argument : made->arguments())
    note_given(constructor, argument);
  if (made->getNumArgs() == 1) note_function(made->getType(), made->getArg(0));
  if (places_.in_program(constructor->getLocation())) {
    for (unsigned i = 0; i < constructor->getNumParams(); ++i) {
      if (i == made->getNumArgs()) break;
      note_flow(slot_of(constructor->getParamDecl(i)), made->getArg(i));
    }
  }
  if ((type == "std::function" || type == "std::move_only_function") &&
      made->getNumArgs() == 1) {
    note_flow(slot_of(made->getType()), made->getArg(0));
  }
  if (type == "std::lock_guard" || type == "std::unique_lock" ||
      type == "std::scoped_lock" || type == "std::shared_lock") {
    note_guard(made);
  }
  const auto holder = holders_.find(type);
  if (holder != holders_.end() && made->getNumArgs() > 0)
    note_hold(made->getBeginLoc(), type, holder->second);
  return true;
}

}  // namespace greenify
