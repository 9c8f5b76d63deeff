// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "green/core/counted.h"

namespace green::core {

/// The part of a context variable that its values share, and keep alive. Its
/// address tells one variable from another.
class context_variable : public counted {
 public:
  /// A dump prints the values of a variable with a name.
  explicit context_variable(std::string_view name) : name_(name) {}

  const std::string& name() const noexcept { return name_; }
  void unref() noexcept {
    if (drop_ref()) delete this;
  }

 private:
  ~context_variable() = default;

  const std::string name_;
};

/// A value that a variable was set to. It never changes, so that all threads
/// may read it.
class context_value : public counted {
 public:
  void unref() noexcept {
    if (drop_ref()) delete this;
  }

  const context_variable& variable() const noexcept { return *variable_; }
  /// Appends the value, if it can be printed.
  virtual void print(std::string& out) const = 0;

 protected:
  explicit context_value(counted_ptr<context_variable> of) noexcept
      : variable_(std::move(of)) {}
  virtual ~context_value() = default;

 private:
  const counted_ptr<context_variable> variable_;
};

class context;
using context_ref = counted_ptr<context>;

/// The values of all variables, in the order of setting. It never changes, so
/// that green threads share it. Null stands for an empty one.
class context : public counted {
 public:
  using value_ref = counted_ptr<context_value>;

  /// A context with one more value. Throws std::bad_alloc.
  static context_ref with(const context_ref& base, value_ref added);
  /// The context without that value. Throws std::bad_alloc.
  static context_ref without(const context_ref& base,
                             const context_value& gone);

  /// The value that the variable was set to last; null if there is none.
  const context_value* find(const context_variable& of) const noexcept;
  /// The value that was added last.
  const context_value& last() const noexcept { return *values_.back(); }
  /// "depth = 2, user = me": the variables with a name.
  std::string describe() const;

  /// The context of this OS thread, for code outside of green threads.
  static context_ref of_os_thread() noexcept {
    return of_os_thread_ == nullptr ? context_ref()
                                    : context_ref(*of_os_thread_);
  }
  static void set_of_os_thread(context_ref to) noexcept;

  void unref() noexcept {
    if (drop_ref()) delete this;
  }

 private:
  context() = default;
  ~context() = default;

  std::vector<value_ref> values_;

  // Holds a reference.
  static inline constinit thread_local context* of_os_thread_ = nullptr;
};

/// The context of this OS thread, in a scope.
class context_scope {
 public:
  explicit context_scope(context_ref inside) noexcept
      : before_(context::of_os_thread()) {
    context::set_of_os_thread(std::move(inside));
  }
  context_scope(const context_scope&) = delete;
  context_scope& operator=(const context_scope&) = delete;
  ~context_scope() { context::set_of_os_thread(std::move(before_)); }

 private:
  context_ref before_;
};

}  // namespace green::core
