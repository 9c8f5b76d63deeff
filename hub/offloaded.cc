// SPDX-License-Identifier: MIT
#include "green/hub/offloaded.h"

namespace green::hub {

namespace {
constexpr unsigned most_file_helpers = 16;
constexpr unsigned most_name_helpers = 32;
constexpr unsigned most_patient_helpers = 10'000;
}  // namespace

// They are never destroyed, because a helper may be at work when the process
// ends.

offload& file_helpers() {
  static offload& helpers = *new offload(most_file_helpers);
  return helpers;
}

offload& name_helpers() {
  static offload& helpers = *new offload(most_name_helpers);
  return helpers;
}

offload& patient_helpers() {
  static offload& helpers = *new offload(most_patient_helpers);
  return helpers;
}

}  // namespace green::hub
