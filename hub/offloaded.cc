// SPDX-License-Identifier: MIT
#include "green/hub/offloaded.h"

#include "green/core/made_once.h"

namespace green::hub {

namespace {
constexpr unsigned most_file_helpers = 16;
constexpr unsigned most_name_helpers = 32;
constexpr unsigned most_patient_helpers = 10'000;
}  // namespace

// They are never destroyed, because a helper may be at work when the process
// ends.

offload& file_helpers() {
  static constinit core::made_once<offload> helpers;
  return helpers.get([] { return offload(most_file_helpers); });
}

offload& name_helpers() {
  static constinit core::made_once<offload> helpers;
  return helpers.get([] { return offload(most_name_helpers); });
}

offload& patient_helpers() {
  static constinit core::made_once<offload> helpers;
  return helpers.get([] { return offload(most_patient_helpers); });
}

}  // namespace green::hub
