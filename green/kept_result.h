// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "green/core/spawned.h"

namespace green {

/// What a container or a tuple keeps of a result.
template <class R>
struct kept_result {
  using type = R;
};
template <class R>
struct kept_result<R&> {
  using type = std::reference_wrapper<R>;
};
template <>
struct kept_result<void> {
  using type = std::monostate;
};
template <class R>
using kept_result_t = typename kept_result<R>::type;

/// Moves the result out of a green thread that ended with one.
template <class R>
kept_result_t<R> take_result(core::green_thread& thread) {
  if constexpr (std::is_void_v<R>) {
    return {};
  } else {
    auto& value = *static_cast<core::result_of<R>&>(thread).value();
    if constexpr (std::is_reference_v<R>) {
      return kept_result_t<R>(value);
    } else {
      return std::move(value);
    }
  }
}

}  // namespace green
