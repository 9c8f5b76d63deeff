// SPDX-License-Identifier: MIT
#pragma once

namespace green::hub {

/// Is this the only thread of the process that could still do something? Then
/// a hub with nothing to wait for is deadlocked. Threads of io_uring and of a
/// sanitizer do not count.
bool alone();

/// While it lives, this thread does not count, because it wakes no hub by
/// itself.
class bystander {
 public:
  bystander() noexcept;
  bystander(const bystander&) = delete;
  bystander& operator=(const bystander&) = delete;
  ~bystander();
};

/// Called in a child of fork, which has no bystanders.
void forget_bystanders() noexcept;

/// Is this the only thread beside bystanders, of which there is one at least?
bool alone_but_for_bystanders();

/// True: the process certainly has no other thread. It costs almost nothing.
bool surely_alone();

}  // namespace green::hub
