// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <type_traits>

namespace green::core {

/// A function type taken apart. `plain` is R(A...) without its qualifiers.
template <class Function>
struct function_parts;
template <class R, class... A, bool N>
struct function_parts<R(A...) noexcept(N)> {
  using plain = R(A...);
  static constexpr bool of_rvalues = false;
};
template <class R, class... A, bool N>
struct function_parts<R(A...) const noexcept(N)> : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) volatile noexcept(N)> : function_parts<R(A...)> {
};
template <class R, class... A, bool N>
struct function_parts<R(A...) const volatile noexcept(N)>
    : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) & noexcept(N)> : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) const & noexcept(N)> : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) volatile & noexcept(N)>
    : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) const volatile & noexcept(N)>
    : function_parts<R(A...)> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) && noexcept(N)> {
  using plain = R(A...);
  static constexpr bool of_rvalues = true;
};
template <class R, class... A, bool N>
struct function_parts<R(A...) const && noexcept(N)>
    : function_parts<R(A...) &&> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) volatile && noexcept(N)>
    : function_parts<R(A...) &&> {};
template <class R, class... A, bool N>
struct function_parts<R(A...) const volatile && noexcept(N)>
    : function_parts<R(A...) &&> {};

template <class Pointer>
struct member_of;
template <class M, class C>
struct member_of<M C::*> {
  using type = M;
};

/// The function type of a class's only operator(), if it is no template.
template <class F>
using call_operator_t = typename member_of<decltype(&F::operator())>::type;

template <class Function>
concept plain_function = requires { typename function_parts<Function>::plain; };

/// The types of a function's parameters.
template <class... P>
struct parameters {};
/// The same where they are open: of overloads, a template or an ellipsis.
struct open_parameters {};
/// The first parameter of a member function: the object itself, a pointer or a
/// reference_wrapper, but never a reference to a converted object.
struct any_object {};

template <class Plain>
struct parameters_in;
template <class R, class... A>
struct parameters_in<R(A...)> {
  using type = parameters<A...>;
  using of_member = parameters<any_object, A...>;
};

template <class T>
inline constexpr bool is_reference_wrapper = false;
template <class T>
inline constexpr bool is_reference_wrapper<std::reference_wrapper<T>> = true;

/// The `parameters` of the function that std::invoke calls for an F, if they
/// are known.
template <class F>
consteval auto parameters_of() {
  using callable = std::remove_pointer_t<std::remove_cvref_t<F>>;
  if constexpr (plain_function<callable>) {
    using plain = typename function_parts<callable>::plain;
    return typename parameters_in<plain>::type();
  } else if constexpr (std::is_member_function_pointer_v<callable>) {
    using member = typename member_of<callable>::type;
    if constexpr (plain_function<member>) {
      using plain = typename function_parts<member>::plain;
      return typename parameters_in<plain>::of_member();
    } else {
      return open_parameters();
    }
  } else if constexpr (is_reference_wrapper<callable>) {
    return parameters_of<typename callable::type>();
  } else if constexpr (requires { typename call_operator_t<callable>; }) {
    return parameters_of<call_operator_t<callable>>();
  } else {
    return open_parameters();
  }
}

}  // namespace green::core
