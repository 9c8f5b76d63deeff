// SPDX-License-Identifier: MIT
#include "green/subprocess/arguments.h"

#include <unistd.h>

#include <string_view>

namespace green::subprocess {

environment environment::current() {
  environment all;
  for (char** v = environ; v != nullptr && *v != nullptr; ++v) {
    const std::string_view both = *v;
    const std::size_t equals = both.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    all.variables_.emplace(both.substr(0, equals), both.substr(equals + 1));
  }
  return all;
}

}  // namespace green::subprocess
