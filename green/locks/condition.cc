// SPDX-License-Identifier: MIT
#include "green/locks/condition.h"

#include <fmt/format.h>

#include <iterator>

#include <system_error>

namespace green {

void condition_base::fail_unlocked() {
  throw std::system_error(
      std::make_error_code(std::errc::operation_not_permitted),
      "green: wait of a condition variable: the lock is not held");
}

void condition_base::describe(std::string& out, const void* queue) {
  fmt::format_to(std::back_inserter(out), "condition variable {}",
                 fmt::ptr(queue));
}

}  // namespace green
