// SPDX-License-Identifier: MIT
#include "green/core/wait_graph.h"
#include "green/shared_mutex_base.h"

namespace green {

void enter_wait_base::describe(std::string& out) const {
  out += "shared mutex " + core::address_of(gate_);
}

}  // namespace green
