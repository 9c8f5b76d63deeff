// SPDX-License-Identifier: MIT
#include "green/error_handler.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <typeinfo>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/core/green_thread.h"
#include "green/core/throw_places.h"
#include "green/greenlets/error_report.h"
#include "green/stops/interruption.h"

namespace green {

namespace {

constinit core::fork_mutex handler_mutex;
std::shared_ptr<const error_handler> current_handler;

// Takes no memory, because there may be none.
void print(const unhandled_error& error) {
  const char* const file = error.spawned_at.file_name();
  const unsigned line = error.spawned_at.line();
  if (line == 0) {
    std::fprintf(stderr, "green: unhandled exception in %s: %s\n",
                 error.greenlet.c_str(), error.message.c_str());
  } else {
    std::fprintf(stderr,
                 "green: unhandled exception in %s, spawned at %s:%u: %s\n",
                 error.greenlet.c_str(), file, line, error.message.c_str());
  }
  if (!error.thrown.empty()) {
    std::fprintf(stderr, "  thrown %s\n", error.thrown.c_str());
  }
}

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? readable.get() : type.name();
}

void report(core::green_thread& thread, const std::exception_ptr& error) {
  try {
    report_unhandled({thread.name(), thread.spawned_at(), error,
                      describe_exception(error),
                      core::throw_places::of(thread)});
  } catch (...) {  // out of memory, most likely
    std::fputs("green: an unhandled error, and no memory to say which\n",
               stderr);
  }
}

}  // namespace

bool report_errors() noexcept {
  core::set_error_reporter(&report);
  return true;
}

error_handler set_error_handler(error_handler handler) {
  auto next = handler
                  ? std::make_shared<const error_handler>(std::move(handler))
                  : nullptr;
  const std::lock_guard guard(handler_mutex);
  current_handler.swap(next);
  return next == nullptr ? error_handler() : *next;
}

std::string describe_exception(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return fmt::format(
        "{}: {}", type_name(*abi::__cxa_current_exception_type()), e.what());
  } catch (const interruption& e) {
    return fmt::format("{}: {}", e.type(), e.what());
  } catch (...) {
    return type_name(*abi::__cxa_current_exception_type());
  }
}

void report_unhandled(const unhandled_error& error) noexcept {
  std::shared_ptr<const error_handler> handler;
  {
    const std::lock_guard guard(handler_mutex);
    handler = current_handler;
  }
  try {
    handler == nullptr ? print(error) : (*handler)(error);
  } catch (...) {
    print(error);  // a handler that throws must not hide the error
  }
}

}  // namespace green
