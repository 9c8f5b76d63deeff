// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace green::core {

/// Prints the broken condition and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* message,
                                   const char* file, int line) noexcept;
/// Reports a contract that the user has broken, and aborts. The message has to
/// be complete.
[[noreturn]] void contract_broken(const std::string& message) noexcept;

}  // namespace green::core

/// The one assert. It is on in every build, for the borders that state crosses.
#define GREEN_ASSERT(condition, message)                                \
  (static_cast<bool>(condition)                                         \
       ? static_cast<void>(0)                                           \
       : ::green::core::assertion_failed(#condition, message, __FILE__, \
                                         __LINE__))
