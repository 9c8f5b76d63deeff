// SPDX-License-Identifier: MIT
#include "green/hub.h"

#include <cerrno>
#include <system_error>

#include "green/hub/this_hub.h"

namespace green {

void refuse_ended_hub() {
  throw std::system_error(
      ESRCH, std::generic_category(),
      "green::hub_ref::spawn: the hub has ended with its thread");
}

hub_ref this_hub() { return hub_ref(hub::this_hub()); }

}  // namespace green
