// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// A T of static storage that is never destroyed, because a process may exit
/// while a green thread waits in it.
template <class T>
union immortal {
  constexpr immortal() : value() {}
  ~immortal() {}

  T value;
};

}  // namespace green::core
