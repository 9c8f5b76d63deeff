// SPDX-License-Identifier: MIT
#include "green/core/assert.h"

#include <cstdio>
#include <cstdlib>

namespace green::core {

void assertion_failed(const char* condition, const char* message,
                      const char* file, int line) noexcept {
  std::fprintf(stderr, "green: %s (%s does not hold, %s:%d)\n", message,
               condition, file, line);
  std::abort();
}

void contract_broken(const std::string& message) noexcept {
  std::fprintf(stderr, "green: %s\n", message.c_str());
  std::abort();
}

}  // namespace green::core
