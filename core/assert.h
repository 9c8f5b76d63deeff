// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace green::core {

/// Prints what was broken and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* message,
                                   const char* file, int line) noexcept;
/// The same, of a contract with the user: says all there is to say.
[[noreturn]] void contract_broken(const std::string& message) noexcept;

}  // namespace green::core

/// The one assert: on in every build mode, for borders that state crosses.
#define GREEN_ASSERT(condition, message)                                \
  (static_cast<bool>(condition)                                         \
       ? static_cast<void>(0)                                           \
       : ::green::core::assertion_failed(#condition, message, __FILE__, \
                                         __LINE__))
