// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace green::patcher {

/// A function of the C library, and its replacement in patched modules.
struct hook {
  const char* name;   // "recv"
  const char* group;  // gevent's word: "socket", "dns", "time", ...
  void* replacement;
  void** original;  // the replacement finds the C library's here
};

/// All hooks for functions that this C library has. The first call looks the
/// originals up, before any replacement can be called. The group "ssl" is for
/// slots of libcrypto and libssl alone.
std::span<const hook> hooks();

}  // namespace green::patcher
