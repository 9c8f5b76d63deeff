// SPDX-License-Identifier: MIT
#pragma once

#include "green/hub/loop.h"

namespace green::hub {

/// An eventfd that the hub always polls, so that other threads can end its
/// sleep in the kernel. One request for all times: each write completes it once
/// more, and nobody reads what was written.
class loop::wakeup final : public request {
 public:
  wakeup();
  ~wakeup();

  /// From any thread.
  void ring() const noexcept;
  /// In a child of fork: closes the eventfd here.
  void leave_to_parent() noexcept;
  /// Its next completion is the last.
  void end() noexcept { ending_ = true; }

 private:
  void completed(std::int32_t result) override;

  entry poll_;
  int fd_;
  bool ending_ = false;
};

/// The entry that cancels the request with this user_data.
entry cancel_entry(std::uint64_t user_data) noexcept;

}  // namespace green::hub
