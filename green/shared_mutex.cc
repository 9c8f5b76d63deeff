// SPDX-License-Identifier: MIT
#include "green/core/wait_graph.h"

#include <fmt/format.h>

#include <iterator>
#include <string>
#include "green/locks/shared_mutex_base.h"

namespace green {

void enter_wait_base::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "shared mutex {}",
                 fmt::ptr(permits_));
  if (permits_->holder().id() == 0) {
    out += ", held shared";
  } else {
    core::describe_holder(out, *thread_, permits_->holder());
  }
}

}  // namespace green
