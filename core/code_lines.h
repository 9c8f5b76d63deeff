// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace green::core {

/// A place in the program's code. What is not known is empty, or line 0.
struct code_line {
  std::string function;  // as the compiler names it, with its parameters
  std::string file;
  unsigned line = 0;
  std::string module;  // "/usr/lib/libc.so.6+0x12345", always known

  /// Of two parts of a coroutine, both are in the coroutine.
  bool same_function(const code_line& other) const;
  /// Is it in green itself, or in the standard library?
  bool of_library() const;
  /// "FILE:LINE in FUNCTION", or "MODULE+0x123 in FUNCTION".
  std::string text() const;
};

/// The places of calls, by the addresses to which these return. An address in
/// an inlined function gives several places, the innermost first. A symbolizer
/// (addr2line, llvm-addr2line or llvm-symbolizer) is started if there is one,
/// and given some seconds. Without one, or without -g, there are no lines.
std::vector<code_line> code_lines(const void* const* calls, unsigned size);

}  // namespace green::core
