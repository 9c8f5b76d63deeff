// SPDX-License-Identifier: MIT
#pragma once

namespace benchmarks {

/// The rows of ./run switch in which two exchange something, or wait for
/// several: mutex, semaphore, channel, condition, queue, when_all.
void register_exchanges();

}  // namespace benchmarks
