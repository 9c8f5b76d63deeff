// SPDX-License-Identifier: MIT
#include "green/patched.h"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "green/core/made_once.h"
#include "green/hub/this_hub.h"
#include "green/patcher/gate.h"
#include "green/patcher/switch.h"

namespace green {

void patcher::check_patched() {
  if (gate_open()) {
    throw std::logic_error(
        "green::patched: called inside green::patched(): call the function "
        "itself, as a hub cannot run inside green::patched()");
  }
  if (!anything_patched()) {
    throw std::logic_error(
        "green::patched: no module is patched: call "
        "green::patcher::monkey_patch() or import_patched() first");
  }
  if (!hub::running()) {
    throw std::logic_error(
        "green::patched: no hub runs on this thread: await it in a function "
        "that green::run or spawn runs");
  }
  static constinit core::made_once<bool> possible;
  if (!possible.get(can_switch)) {
    throw std::system_error(
        ENOSYS, std::generic_category(),
        "green::patched: not for this CPU, or its shadow stack is on");
  }
  look_at_objects();
}

bool in_patched() noexcept { return patcher::gate_open(); }

}  // namespace green
