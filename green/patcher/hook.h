// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace green::patcher {

/// A function of the C library, and what stands in for it in patched modules.
struct hook {
  const char* name;   // "recv"
  const char* group;  // gevent's word: "socket", "dns", "time", ...
  void* replacement;
  void** original;  // the replacement finds the C library's here
};

/// All of them.
std::span<const hook> hooks() noexcept;

}  // namespace green::patcher
