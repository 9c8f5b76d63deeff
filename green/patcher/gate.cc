// SPDX-License-Identifier: MIT
#include "green/patcher/gate.h"

namespace green::patcher {

constinit thread_local gate* open_gate = nullptr;
constinit thread_local unsigned fibers_alive = 0;

}  // namespace green::patcher
