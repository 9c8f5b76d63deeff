// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace green {

/// Watches this thread's hub by green::detect_blocking. From then on, neither
/// the environment nor a default changes the watch.
void watch_hub(std::chrono::nanoseconds limit);

/// The same if GREEN_MAX_BLOCKING_TIME is a time. A process tells any other
/// text once, and goes on as without it. Also heeds GREEN_DUMP_SIGNAL
/// (green/dumps/signal.h). run calls it.
void watch_hub_if_told();

/// Called in assert() by run. So builds of a program without NDEBUG are watched
/// by default, with 100 ms. On virtual time, under a sanitizer or valgrind, and
/// after the other two functions, there is no such watch. Always true.
bool watch_hub_by_default() noexcept;

/// The limit of this thread's watch; 0 when there is none.
std::chrono::nanoseconds watch_limit();

}  // namespace green
