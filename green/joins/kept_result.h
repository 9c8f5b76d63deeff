// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/result.h"
#include "green/core/spawned.h"

namespace green {

/// The object that stands for a result in a container or a tuple.
template <class R>
using kept_result_t = core::kept_t<R>;

/// Moves the result out of a green thread that has ended with one.
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
