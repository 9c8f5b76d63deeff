// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "green/choices/case.h"
#include "green/core/choice.h"
#include "green/core/deadline.h"
#include "green/core/result.h"

namespace green {

/// The type of `otherwise`.
struct otherwise_t {
  explicit otherwise_t() = default;
};

/// What q.get_case() and its like give.
template <class A>
concept waiting_case = requires(std::remove_cvref_t<A>& c) {
  typename std::remove_cvref_t<A>::wait;
  typename std::remove_cvref_t<A>::result;
  c.begin();
};
template <class A>
concept deadline_case = std::convertible_to<A, core::deadline>;
template <class A>
concept otherwise_case = std::same_as<std::remove_cvref_t<A>, otherwise_t>;

/// A case whose value comes back, if it is a variable.
template <class C>
concept case_with_end = requires(C& c, typename C::wait& w) { c.end(w); };

/// A case within choose, and its wait. A variable whose value may come back is
/// used where it is.
template <waiting_case Given>
class waiting_arm {
  using type = std::remove_cvref_t<Given>;
  static constexpr bool refers =
      case_with_end<type> && std::is_lvalue_reference_v<Given>;
  using wait = typename type::wait;

 public:
  using given = Given;
  using result = typename type::result;
  using kept = core::kept_t<result>;

  explicit waiting_arm(Given&& from)
      : case_(std::forward<Given>(from)), wait_(case_.begin()), place_(wait_) {
    wait_.leave_unawaited();
  }
  waiting_arm(const waiting_arm&) = delete;
  waiting_arm& operator=(const waiting_arm&) = delete;
  ~waiting_arm() {
    if constexpr (refers) case_.end(wait_);
  }

  core::choice_place& place() noexcept { return place_; }
  /// It was taken at once. True if the others go first.
  bool taken_at_once() noexcept {
    bool late = false;
    if constexpr (requires { wait_.others_first(); }) {
      late = wait_.others_first();
    }
    if constexpr (requires { wait_.wake_others(); }) wait_.wake_others();
    return late;
  }
  /// Its result, or throws.
  kept take() {
    if constexpr (std::is_void_v<result>) {
      static_cast<void>(wait_.await_resume());
      return {};
    } else {
      return kept(wait_.await_resume());
    }
  }

 private:
  std::conditional_t<refers, type&, type> case_;
  wait wait_;
  core::choice_place place_;
};

/// A deadline within choose.
class deadline_arm {
 public:
  using kept = std::monostate;

  explicit deadline_arm(core::deadline until) noexcept : alarm_(until) {}

  core::choice_alarm& alarm() noexcept { return alarm_; }

  bool taken_at_once() noexcept { return false; }
  kept take() {
    alarm_.until_.ask_clock();
    return {};
  }

 private:
  core::choice_alarm alarm_;
};

/// `otherwise` within choose.
class otherwise_arm {
 public:
  using kept = std::monostate;

  explicit otherwise_arm(otherwise_t) noexcept {}

  bool taken_at_once() noexcept { return false; }
  kept take() { return {}; }
};

/// What may be given to choose.
template <class A>
concept choose_operand =
    waiting_case<A> || otherwise_case<A> || deadline_case<A>;

template <choose_operand Given>
consteval auto find_arm() {
  if constexpr (waiting_case<Given>) {
    return std::type_identity<waiting_arm<Given>>();
  } else if constexpr (otherwise_case<Given>) {
    return std::type_identity<otherwise_arm>();
  } else {
    return std::type_identity<deadline_arm>();
  }
}
/// The arm of an operand.
template <choose_operand Given>
using arm_of = typename decltype(find_arm<Given>())::type;

}  // namespace green
