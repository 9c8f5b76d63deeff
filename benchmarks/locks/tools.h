// SPDX-License-Identifier: MIT
#pragma once

namespace benchmarks {

/// Adds to `locks` what gevent's tools and futures cost: put and get, set and
/// wait, map.
void register_tools();

}  // namespace benchmarks
