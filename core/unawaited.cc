// SPDX-License-Identifier: MIT
#include "green/core/unawaited.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "green/core/assert.h"
#include "green/core/call_places.h"
#include "green/core/code_lines.h"
#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/promise_base.h"

namespace green::core {

namespace {

bool excused() noexcept {
  return dropping::here() || std::uncaught_exceptions() != 0;
}

// The places that a report has named. They live until the process ends.
using told_place = std::pair<std::string_view, std::uint_least32_t>;
constinit fork_mutex told_mutex;  // guards the places
constinit immortal<std::vector<told_place>> told_places;

// Is this place named for the first time? Without memory, each time counts.
bool tells_first(const site& where) noexcept {
  const told_place one(where.file_name(), where.line());
  const std::lock_guard guard(told_mutex);
  try {
    if (std::ranges::count(told_places.value, one) != 0) return false;
    told_places.value.push_back(one);
  } catch (const std::bad_alloc&) {
  }
  return true;
}

// The name of the function that a coroutine is. g++ adds the parameters of the
// coroutine's own function: "void ns::f(f(int)::_Z1fi.Frame*)".
std::string_view plain_name(std::string_view function) {
  constexpr std::string_view of_gcc = ".Frame*)";
  if (!function.ends_with(of_gcc)) return function;
  std::size_t end = function.size();
  for (int depth = 0; end != 0;) {
    const char c = function[--end];
    depth += c == ')' ? 1 : c == '(' ? -1 : 0;
    if (depth == 0) break;
  }
  const std::string_view name = function.substr(0, end);
  std::size_t begin = name.size();
  for (int depth = 0; begin != 0; --begin) {
    const char c = name[begin - 1];
    depth += c == '>' || c == ')' ? 1 : c == '<' || c == '(' ? -1 : 0;
    if (depth == 0 && (c == ' ' || c == ':')) break;
  }
  return name.substr(begin);
}

std::string name_of(const site& made) {
  return std::string(plain_name(made.function_name())) + " (" +
         made.file_name() + ":" + std::to_string(made.line()) + ")";
}

// The places of the calls that made an awaitable, from its maker's on. For a
// coroutine, those of its own first lines are left out: by g++ the coroutine
// and its first part are two functions with one name.
std::string made_at(const void* key, const promise_base* coroutine) {
  const native_stack stack = call_places::find(key);
  const std::vector<code_line> lines = code_lines(stack.calls, stack.size);
  auto at = lines.begin();
  const auto skip = [&](const auto& passed_over) {
    at = std::find_if_not(at, lines.end(), passed_over);
  };
  const auto of_library = [](const code_line& c) { return c.of_library(); };
  if (coroutine != nullptr) {
    const auto begins = [](const code_line& c) {
      return c.function.find("initial_suspend") != std::string::npos;
    };
    at = std::find_if(at, lines.end(), begins);
    if (at == lines.end()) at = lines.begin();
    skip(begins);
    if (at == lines.end()) return "";
    const code_line& own = *at;
    skip([&own](const code_line& c) {
      return c.same_function(own) && c.line == own.line;
    });
  }
  skip(of_library);
  return at == lines.end() ? "" : ", made at " + at->text();
}

// Symbols and a process for them take memory, and there may be none.
std::string made_at_if_known(const void* key,
                             const promise_base* coroutine = nullptr) noexcept {
  try {
    return made_at(key, coroutine);
  } catch (const std::bad_alloc&) {
    return "";
  }
}

[[noreturn]] void dropped(const std::string& what, const std::string& where) {
  contract_broken("an awaitable was dropped unawaited: " + what + where);
}

}  // namespace

bool may_drop(const std::string& what, const void* key) noexcept {
  if (!excused()) dropped(what, made_at_if_known(key));
  return true;
}

bool may_drop(const type_id& wait, const void* key) noexcept {
  return excused() || may_drop(wait.name(), key);
}

bool may_drop(const promise_base& coroutine) noexcept {
  if (excused()) return true;
  dropped(name_of(coroutine.where),
          made_at_if_known(coroutine.self.address(), &coroutine));
  return true;
}

void report_drop(const promise_base& coroutine) noexcept {
  if (excused() || !tells_first(coroutine.where)) return;
  const std::string text =
      "green: a task was dropped and never ran: " + name_of(coroutine.where) +
      "; its caller has to co_await it\n";
  std::fputs(text.c_str(), stderr);
}

}  // namespace green::core
