// SPDX-License-Identifier: MIT
//
// Python's contextvars: variables that a green thread hands to those it makes.
//
//   static const green::context_var<std::string> user("user", "nobody");
//   auto greet = [] { std::puts(user.get().c_str()); };
//   {
//     const auto undo = user.set("me");
//     co_await green::spawn(greet).join();   // me
//   }
//   greet();                                 // nobody
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). All threads may use one variable at the same time.
#pragma once

#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/context.h"
#include "green/core/green_thread.h"

namespace green {

/// A variable was set. The destructor takes that value back, even if the
/// variable was set again since: the scopes may end in any order. To be
/// destroyed by the green thread that has set the variable. Another one's
/// attempt aborts in builds without NDEBUG. In other builds the attempt has no
/// effect.
class [[nodiscard("without a name, it ends at once")]] context_undo {
 public:
  /// Sets the variable of the value, for the caller.
  explicit context_undo(core::context::value_ref value);
  context_undo(context_undo&& other) noexcept;
  context_undo& operator=(context_undo&&) = delete;
  ~context_undo();

 private:
  core::context_ref before_;
  core::context_ref after_;  // null once it was moved
  std::uint64_t owner_;      // the green thread; 0 outside of any
};

/// A type that a std::ostream prints, and so green::dump.
template <class T>
concept printable =
    requires(std::ostream& out, const T& value) { out << value; };

/// contextvars.ContextVar. A green thread begins with the values that the
/// variables have for the code that makes it: by spawn, thread, async, a group,
/// when_all and all others. Later changes of the one are not seen by the other.
/// A function in threadpool::apply sees the values of its caller. Outside of
/// any green thread, the OS thread has values of its own.
///
/// The values are kept in one immutable map, which green threads share. To
/// make a green thread costs one more reference, or nothing without values.
/// green::dump prints the variables that have a name.
template <class T>
class context_var {
 public:
  /// The default is T().
  context_var()
    requires std::is_default_constructible_v<T>
      : context_var(std::string_view(), T()) {}
  /// The default is that value.
  explicit context_var(T otherwise)
      : context_var(std::string_view(), std::move(otherwise)) {}
  /// With a name and the default T().
  explicit context_var(const char* name)
    requires(std::is_default_constructible_v<T> &&
             (std::is_arithmetic_v<T> ||
              !std::is_convertible_v<const char*, T>))
      : context_var(name, T()) {}
  /// With a name and a default.
  context_var(std::string_view name, T otherwise)
      : variable_(core::counted_ptr<core::context_variable>::adopt(
            new core::context_variable(name))),
        default_(std::move(otherwise)) {}
  context_var(const context_var&) = delete;
  context_var& operator=(const context_var&) = delete;

  /// contextvars.ContextVar.get: the value that was set last, or the default.
  /// The reference is good until the end of the object that set gave, and the
  /// default's as long as the variable lives.
  const T& get() const noexcept {
    const core::context_ref here = core::green_thread::context_of_caller();
    const core::context_value* const found =
        here ? here->find(*variable_) : nullptr;
    return found == nullptr ? default_
                            : static_cast<const holder*>(found)->value;
  }

  /// contextvars.ContextVar.set: from now on the value of this green thread and
  /// of those that it makes, until the end of the object that is returned.
  /// Throws std::bad_alloc.
  [[nodiscard("without a name, it ends at once")]]
  context_undo set(T to) const {
    return context_undo(
        core::context::value_ref::adopt(new holder(variable_, std::move(to))));
  }

 private:
  struct holder final : core::context_value {
    holder(const core::counted_ptr<core::context_variable>& of, T to)
        : context_value(of), value(std::move(to)) {}
    void print(std::string& out) const override {
      if constexpr (printable<T>) {
        std::ostringstream text;
        text << value;
        out += text.str();
      } else {
        out += "(not printable)";
      }
    }
    const T value;
  };

  const core::counted_ptr<core::context_variable> variable_;
  const T default_;
};

}  // namespace green
