// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <source_location>
#include <string>

namespace green {

/// An exception that left a greenlet and that nobody took with get.
struct unhandled_error {
  std::string greenlet;             // its name
  std::source_location spawned_at;  // line 0 when that is not known
  std::exception_ptr error;
  std::string message;  // "std::runtime_error: no such thing"
};

using error_handler = std::function<void(const unhandled_error&)>;

/// Replaces the printing to stderr; an empty handler brings it back. Gives the
/// handler that was there. For all threads.
error_handler set_error_handler(error_handler handler);

/// "TYPE: what()" of an exception of any type.
std::string describe_exception(const std::exception_ptr& error);

/// Gives an error to the handler. For what runs on the hub itself.
void report_unhandled(const unhandled_error& error) noexcept;

}  // namespace green
