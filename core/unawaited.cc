// SPDX-License-Identifier: MIT
#include "green/core/unawaited.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>

#include "green/core/assert.h"
#include "green/core/green_thread.h"

namespace green::core {

namespace {

bool excused() noexcept {
  return dropping::here() || std::uncaught_exceptions() != 0;
}

}  // namespace

bool may_drop(const std::string& what) noexcept {
  if (!excused()) {
    contract_broken("an awaitable was dropped unawaited: " + what);
  }
  return true;
}

bool may_drop(const std::type_info& wait) noexcept {
  if (excused()) return true;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(wait.name(), nullptr, nullptr, &status), &std::free);
  return may_drop(std::string(status == 0 ? name.get() : wait.name()));
}

bool may_drop(const promise_base& coroutine) noexcept {
  if (excused()) return true;
  const site& made = coroutine.where;
  return may_drop(std::string(made.function_name()) + " (" + made.file_name() +
                  ":" + std::to_string(made.line()) + ")");
}

}  // namespace green::core
