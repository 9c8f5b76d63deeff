// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/hub/request.h"

namespace green::hub {

/// An eventfd that the hub always polls. Another thread writes to it to end the
/// hub's sleep in the kernel. One multishot request serves for all times: each
/// write gives one more completion, so that nobody needs to read the eventfd.
class wakeup final : public request {
 public:
  wakeup() noexcept : request(poll_) {}
  ~wakeup() { leave_to_parent(); }

  /// Makes the eventfd. Called before the hub can first sleep.
  void open();

  /// Ends the hub's sleep. Callable from any thread.
  void ring() const noexcept;
  /// Called in a child of fork: closes the eventfd there.
  void leave_to_parent() noexcept;
  /// Called before the hub goes: the next completion is the last.
  void end() noexcept { ending_ = true; }

 private:
  bool completed(std::int32_t result) override;

  entry poll_;
  int fd_ = -1;
  bool ending_ = false;
};

}  // namespace green::hub
