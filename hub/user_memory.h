// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

namespace green::hub {

/// Can all of it be read? The kernel is asked by one system call for each page,
/// which does nothing else.
bool is_readable(const void* given, std::size_t size) noexcept;

/// Copies from or to an address that a user gave, as system calls do: false
/// when it is not memory that can be read, or written. Some ten times as dear.
bool read_user(void* to, const void* from, std::size_t size) noexcept;
bool write_user(void* to, const void* from, std::size_t size) noexcept;

/// A copy of an object that the user points at, where the original lets the
/// kernel read it. Nothing: the pointer is no memory.
template <class T>
std::optional<T> from_user(const T* given) noexcept {
  if (!is_readable(given, sizeof *given)) return std::nullopt;
  return *given;
}

}  // namespace green::hub
