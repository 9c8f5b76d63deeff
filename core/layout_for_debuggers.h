// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

/// Where tools/gdb/green_gdb.py finds hubs, green threads and coroutines in the
/// memory of a process, or in a core file. So it needs no debug information.
/// All numbers are offsets in bytes. The script reads them in this order.
struct layout_for_debuggers {
  std::uint64_t version = 1;
  /// A std::vector of pointers to schedulers; set with the first hub.
  const void* hubs = nullptr;
  std::uint64_t scheduler_threads = 0;  // the head of a list
  std::uint64_t scheduler_current = 0;
  std::uint64_t scheduler_os_thread = 0;
  std::uint64_t hook_next = 0;    // from one hook of a list to the next
  std::uint64_t thread_hook = 0;  // of a green thread
  std::uint64_t thread_id = 0;
  std::uint64_t thread_parent = 0;
  std::uint64_t thread_spawned_at = 0;
  std::uint64_t thread_name = 0;  // a pointer to a std::string, or null
  std::uint64_t thread_started = 0;
  std::uint64_t thread_waiting = 0;
  std::uint64_t thread_leaf = 0;
  std::uint64_t promise_self = 0;
  std::uint64_t promise_parent = 0;
  std::uint64_t promise_where = 0;

  static layout_for_debuggers make() noexcept;
};

}  // namespace green::core

extern "C" [[gnu::visibility(
    "default")]] green::core::layout_for_debuggers green_layout_for_debuggers;
