// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "green/core/suspension.h"

namespace green::core {

/// "0x7f12..." of an object, to tell locks apart in a dump.
std::string address_of(const void* object);

/// While it lives, find_thread takes a look instead of a walk. It knows the
/// green threads that were there when it was made. To be made and destroyed on
/// the hub's thread, with no await between. Throws std::bad_alloc.
class thread_index {
 public:
  explicit thread_index(scheduler& hub);
  thread_index(const thread_index&) = delete;
  thread_index& operator=(const thread_index&) = delete;
  ~thread_index();

  green_thread* find(std::uint64_t id) const noexcept;

 private:
  const thread_index* const outer_;
  std::map<std::uint64_t, green_thread*> all_;
};

/// The green thread of the hub with this id; null when it has ended.
green_thread* find_thread(scheduler& hub, std::uint64_t id) noexcept;

/// The green threads of this hub that wait for each other in a ring, beginning
/// with `first`. Empty when `first` is in no ring.
std::vector<green_thread*> find_cycle(green_thread& first,
                                      std::uint64_t waits_for);

/// Every ring of green threads of the hub that wait for each other, in a line
/// each: "deadlock: a waits for b, which waits for a".
std::string describe_cycles(scheduler& hub);

/// Called when this wait has just begun. In builds without NDEBUG, reports on
/// stderr a ring that the wait closes. Else it does nothing.
void report_cycle_in_debug_builds(green_thread& thread,
                                  const suspension& wait) noexcept;

}  // namespace green::core
