// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdio>

#include "green/core/deadline.h"

namespace green {

/// gevent.util.print_run_info: every live green thread of this thread's hub,
/// with its name, age, where it was spawned, what it waits for and at which
/// line; then those that ended with an error and have a handle still; then the
/// rings of green threads that wait for each other.
void dump(std::FILE* out = stderr);

/// gevent's max_blocking_time: reports on stderr, once each, a green thread of
/// this thread's hub that keeps the hub longer than `limit` without an await
/// that waits. A helper thread looks on; a limit of zero ends it.
void detect_blocking(std::chrono::nanoseconds limit);

}  // namespace green
