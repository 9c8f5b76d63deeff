// SPDX-License-Identifier: MIT
#pragma once

namespace green::hub {

/// Is this the only thread of the process that could still do something? Then
/// a hub with nothing to wait for is deadlocked. The kernel's own workers and
/// a sanitizer's do not count.
bool alone();

/// While it lives, this thread does not count: it wakes no hub of itself.
class bystander {
 public:
  bystander() noexcept;
  bystander(const bystander&) = delete;
  bystander& operator=(const bystander&) = delete;
  ~bystander();
};

/// In a child of fork, where no bystander is.
void forget_bystanders() noexcept;

/// Cheap: true only when the process certainly has no other thread.
bool surely_alone();

}  // namespace green::hub
