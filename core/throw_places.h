// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>

#include "green/core/promise_base.h"

namespace green::core {

/// Where errors were thrown, as far as the coroutines that they leave tell. The
/// places of an error that ends a green thread are kept until its last handle
/// has gone.
struct throw_places {
  /// The exception leaves this coroutine. The innermost one is the first to
  /// say so.
  static void note(const promise_base& coroutine,
                   const std::exception_ptr& error) noexcept;
  /// The exception has ended this green thread. For lack of memory nothing is
  /// kept.
  static void keep(const green_thread& thread,
                   const std::exception_ptr& error) noexcept;
  static void forget(const green_thread& thread) noexcept;
  /// The same as `of` for an exception that has just left all its coroutines.
  static std::string of_last(const green_thread& thread,
                             const std::exception_ptr& error);
  /// "after the await at a.cc:3, awaited at a.cc:12, in b.cc:30", with the
  /// await that went before the throw. Empty when no other coroutine has
  /// awaited the one that threw.
  static std::string of(const green_thread& thread);
};

}  // namespace green::core
