// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace green::core {

/// The value of an optional that has one. `*keeper` would look for operators in
/// the namespaces of all types that T is made of. That would complete those
/// types, and a user's type may be one that cannot be completed.
template <class T>
T& held(std::optional<T>& keeper) noexcept {
  return keeper.operator*();
}
template <class T>
const T& held(const std::optional<T>& keeper) noexcept {
  return keeper.operator*();
}

}  // namespace green::core
