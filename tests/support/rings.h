// SPDX-License-Identifier: MIT
#pragma once

namespace tests {

/// Does this machine allow rings to several hubs at once? What a ring has
/// locked is given back some time after its end.
bool rings_allowed();

}  // namespace tests
