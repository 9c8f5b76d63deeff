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

/// Is it a function of that group? The keys of threads are of "thread", and of
/// "ssl" too, which is for slots of libcrypto and libssl alone.
bool is_in_group(const hook& h, const char* group) noexcept;

/// All hooks for functions that this C library has. The first call looks the
/// originals up, before any replacement can be called.
std::span<const hook> hooks();

}  // namespace green::patcher
