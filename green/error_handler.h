// SPDX-License-Identifier: MIT
//
// Takes the exceptions that leave a greenlet and that nobody takes with get.
//
//   auto print = [](const green::unhandled_error& e) {
//     std::fprintf(stderr, "%s: %s\n", e.greenlet.c_str(), e.message.c_str());
//   };
//   auto before = green::set_error_handler(print);
//   green::spawn([] { throw std::runtime_error("no such thing"); });
//   co_await green::sleep();          // the greenlet runs, and print is called
//   green::set_error_handler(before);
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). All are for any thread. The handler runs on the thread
// that drops the last handle of the greenlet, and must not wait.
#pragma once

#include <exception>
#include <functional>
#include <source_location>
#include <string>

#include "green/core/callable.h"

namespace green {

/// An exception that left a greenlet and that nobody has taken.
struct unhandled_error {
  std::string greenlet;             // its name
  std::source_location spawned_at;  // line 0 when that is not known
  std::exception_ptr error;
  std::string message;  // "std::runtime_error: no such thing"
  // "after the await at a.cc:12, awaited at b.cc:30": where the coroutine stood
  // that threw, if another one has awaited it. Else empty.
  std::string thrown = {};
};

/// A function for such exceptions. One that throws has the error printed.
using error_handler = std::function<void(const unhandled_error&)>;

/// Calls `handler`, on all threads, in place of a report on stderr. An empty
/// one brings the report back. Returns the handler before this one.
error_handler set_error_handler(error_handler handler);
/// A handler that gives an awaitable does not compile.
template <class F>
  requires core::gives_awaitable<F&, const unhandled_error&>
error_handler set_error_handler(F) {
  static_assert(!core::gives_awaitable<F&, const unhandled_error&>,
                "an error handler is a plain function, which cannot wait: to "
                "run a coroutine, call green::spawn(f) in it");
  return {};
}

/// "TYPE: what()" of a std::exception, of timed_out and of stopped, "TYPE" of
/// any other.
std::string describe_exception(const std::exception_ptr& error);

/// Gives an error to the handler.
void report_unhandled(const unhandled_error& error) noexcept;

}  // namespace green
