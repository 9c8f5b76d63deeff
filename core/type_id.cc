// SPDX-License-Identifier: MIT
#include "green/core/type_id.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace green::core {

// Compilers name a function "const char *f() [T = name]" or "[with T = name]".
std::string type_id::name() const {
  constexpr std::string_view before = "T = ";
  const std::string_view function = function_;
  const std::size_t begin = function.find(before);
  const std::size_t end = function.rfind(']');
  if (begin == function.npos || end == function.npos) return function_;
  const std::size_t first = begin + before.size();
  return std::string(function.substr(first, end - first));
}

}  // namespace green::core
