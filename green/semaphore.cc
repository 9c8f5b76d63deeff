// SPDX-License-Identifier: MIT
#include "green/semaphore"

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace green {

void acquire_wait_base::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "semaphore {}", fmt::ptr(permits_));
}

}  // namespace green
