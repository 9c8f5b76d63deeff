// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/list.h"
#include "green/hub/entry.h"

namespace green::hub {

/// Something the kernel works on for this hub. Its address is the entry's
/// user_data, so it can be neither copied nor moved, and it stays until every
/// completion it was promised has come: its own, and its cancel's.
class request : public core::list_hook {
 public:
  bool in_flight() const noexcept { return awaited_ != 0; }

 protected:
  explicit request(entry& what) noexcept : entry_(&what) {
    what.expect_await(false);
  }
  ~request() = default;

  /// Its last completion has come. Only queues what follows, or submits again.
  virtual void completed(std::int32_t result) = 0;

  entry* entry_;

 private:
  friend class loop;

  std::int32_t result_ = 0;
  std::uint8_t awaited_ = 0;    // completions still to come
  bool cancelling_ = false;     // its cancel was asked
  bool unsent_ = false;         // it stands in the backlog: not yet pushed
  bool cancel_unsent_ = false;  // its cancel stands there
};

}  // namespace green::hub
