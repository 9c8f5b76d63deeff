// SPDX-License-Identifier: MIT
#include "green/patcher/gate.h"

namespace green::patcher {

constinit thread_local gate* open_gate = nullptr;

}  // namespace green::patcher
