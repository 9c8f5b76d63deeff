// SPDX-License-Identifier: MIT
#include "green/core/context.h"

#include <algorithm>
#include <memory>

namespace green::core {

namespace {

// Gives the OS thread's context back at its end.
struct cleaner {
  ~cleaner() { context::set_of_os_thread({}); }
};

}  // namespace

context_ref context::with(const context_ref& base, value_ref added) {
  context_ref made = context_ref::adopt(new context);
  made->values_.reserve(base ? base->values_.size() + 1 : 1);
  if (base) made->values_ = base->values_;
  made->values_.push_back(std::move(added));
  return made;
}

context_ref context::without(const context_ref& base,
                             const context_value& gone) {
  const auto is_gone = [&](const value_ref& v) { return v.get() == &gone; };
  if (!base || std::ranges::none_of(base->values_, is_gone)) return base;
  if (base->values_.size() == 1) return {};
  context_ref made = context_ref::adopt(new context);
  made->values_ = base->values_;
  std::erase_if(made->values_, is_gone);
  return made;
}

const context_value* context::find(const context_variable& of) const noexcept {
  for (auto at = values_.rbegin(); at != values_.rend(); ++at) {
    if (&(*at)->variable() == &of) return at->get();
  }
  return nullptr;
}

std::string context::describe() const {
  std::string out;
  for (const value_ref& each : values_) {
    const context_variable& variable = each->variable();
    if (variable.name().empty() || find(variable) != each.get()) continue;
    if (!out.empty()) out += ", ";
    out += variable.name() + " = ";
    each->print(out);
  }
  return out;
}

void context::set_of_os_thread(context_ref to) noexcept {
  static thread_local cleaner at_end_of_thread;
  (void)at_end_of_thread;
  const context_ref before = context_ref::adopt(of_os_thread_);
  of_os_thread_ = to.release();
}

}  // namespace green::core
