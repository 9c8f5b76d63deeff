// SPDX-License-Identifier: MIT
#include "green/patcher/real_threads.h"

#include <dlfcn.h>
#include <fnmatch.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/patcher.h"

namespace green::patcher {

namespace {

constinit core::fork_mutex real_changing;
std::atomic<bool> any = false;    // ask whether a thread stays real
std::atomic<bool> moves = false;  // those that compute

std::vector<std::string>& patterns() {
  static constinit core::made_once<std::vector<std::string>> all;
  return all.get();
}

bool matches(const char* pattern, const char* name) noexcept {
  return name != nullptr && ::fnmatch(pattern, name, 0) == 0;
}

const char* file_name(const Dl_info& of) noexcept {
  const char* const slash = std::strrchr(of.dli_fname, '/');
  return slash == nullptr ? of.dli_fname : slash + 1;
}

// With the lock:

std::vector<const void*>& computing() {
  static constinit core::made_once<std::vector<const void*>> all;
  return all.get();
}

bool has_computed(const void* code) noexcept {
  return std::ranges::find(computing(), code) != computing().end();
}

}  // namespace

void keep_real_threads(const std::string& pattern) {
  const std::lock_guard hold(real_changing);
  patterns().push_back(pattern);
  any = true;
}

void tell_code_apart() noexcept {
  moves = true;
  any = true;
}

void keep_real(const void* code) {
  const std::lock_guard hold(real_changing);
  if (!has_computed(code)) computing().push_back(code);
}

const void* code_of_thread(const void* function,
                           const void* argument) noexcept {
  if (!moves.load(std::memory_order_relaxed)) [[likely]]
    return nullptr;
  Dl_info found{};
  if (::dladdr(function, &found) == 0) return function;
  const char* const cxx_library = "libstdc++.so*";
  if (!matches(cxx_library, file_name(found))) return function;
  // Its argument is a std::thread::_State, whose class is the callable's.
  return *static_cast<const void* const*>(argument);
}

bool stays_real(const void* function, const void* argument) noexcept {
  if (!any.load(std::memory_order_relaxed)) [[likely]]
    return false;
  const void* const code = code_of_thread(function, argument);
  Dl_info found{};
  const bool known = ::dladdr(function, &found) != 0;
  const char* const module = known ? file_name(found) : nullptr;
  const std::lock_guard hold(real_changing);
  if (code != nullptr && has_computed(code)) return true;
  return std::ranges::any_of(patterns(), [&](const std::string& pattern) {
    return matches(pattern.c_str(), module) ||
           matches(pattern.c_str(), found.dli_sname);
  });
}

}  // namespace green::patcher
