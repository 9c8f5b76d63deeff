// SPDX-License-Identifier: MIT
#include "green/semaphore"

#include "green/core/wait_graph.h"

namespace green {

void acquire_wait_base::describe(std::string& out) const {
  out += "semaphore " + core::address_of(gate_);
}

}  // namespace green
