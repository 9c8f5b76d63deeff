// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/hub/named_call.h"
#include "green/hub/operation.h"

namespace green::hub {

/// A name as an argument of a template.
template <std::size_t Size>
struct call_name {
  consteval call_name(const char (&name)[Size]) {
    std::copy_n(name, Size, text);
  }
  char text[Size];
};

template <class T>
std::uint64_t to_word(T argument) noexcept {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uint64_t>(argument);
  } else {
    return static_cast<std::uint64_t>(argument);
  }
}

template <class T>
T from_word(std::uint64_t word) noexcept {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<T>(word);
  } else {
    return static_cast<T>(word);
  }
}

/// A function's result and parameters, and how the words become a call of it.
template <class R, class... Parameters>
struct call_shape {
  static_assert(sizeof...(Parameters) <= std::tuple_size_v<call_words>);
  using operation_type = operation<R>;

  template <auto Call, std::size_t... I>
  static ssize_t make(const call_words& words, std::index_sequence<I...>) {
    if constexpr (std::is_void_v<R>) {
      Call(from_word<Parameters>(words[I])...);
      return 0;
    } else {
      return Call(from_word<Parameters>(words[I])...);
    }
  }

  template <auto Call>
  static ssize_t make_from(const call_words& words) {
    return make<Call>(words, std::index_sequence_for<Parameters...>());
  }

  static operation<R> prepared(const named_call& what, int fd,
                               Parameters... arguments) {
    const call_words words{to_word(arguments)...};
    return {prepare_call, &what, fd, &words};
  }
};

template <class R, class... Parameters>
call_shape<R, Parameters...> shape_of(R (*)(Parameters...));

template <auto Call>
ssize_t make_call(const call_words& words) {
  using shape = decltype(shape_of(Call));
  return shape::template make_from<Call>(words);
}

template <auto Call, call_name Name>
inline constexpr named_call the_call{Name.text, &make_call<Call>};

/// The descriptor that a call has as its first argument, else -1.
inline int first_descriptor() noexcept { return -1; }
template <class First, class... Rest>
int first_descriptor(First first, Rest...) noexcept {
  if constexpr (std::is_same_v<First, int>) {
    return first;
  } else {
    return -1;
  }
}

/// `return call_on_helper<&::chmod, "chmod">(path, mode);` is a mirror's body
/// where rings have no opcode. The helper thread uses the user's own memory. So
/// a kill or timeout ends a call that has not begun, and waits for another.
template <auto Call, call_name Name, class... Arguments>
auto call_on_helper(Arguments... arguments) {
  return decltype(shape_of(Call))::prepared(
      the_call<Call, Name>, first_descriptor(arguments...), arguments...);
}

}  // namespace green::hub
