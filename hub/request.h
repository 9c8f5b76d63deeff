// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/list.h"
#include "green/hub/entry.h"

namespace green::hub {

/// An entry that the backend works on, and the count of its completions. The
/// address of the request is the entry's user_data, so a request can be neither
/// copied nor moved. It must live until its own completion and that of its
/// cancel have come.
class request : public core::list_hook {
 public:
  bool in_flight() const noexcept { return awaited_ != 0; }

 protected:
  explicit request(entry& what) noexcept : entry_(&what) {
    what.expect_await(false);
  }
  ~request() = default;

  /// Called when the last completion has come. True: the hub submits the entry
  /// again. False: the request may be gone by then.
  virtual bool completed(std::int32_t result) = 0;

  entry* entry_;

 private:
  friend class loop;

  std::int32_t result_ = 0;
  std::uint8_t awaited_ = 0;  // completions still to come
  std::uint8_t kind_ = 0;     // the entry's opcode
  bool cancelling_ = false;   // its cancel was asked
  // One byte, because each operation has it.
  bool unsent_ : 1 = false;         // it stands in the backlog: not yet pushed
  bool cancel_unsent_ : 1 = false;  // its cancel stands there
  bool at_disk_ : 1 = false;        // it ends without the help of anybody
};

static_assert(alignof(request) > tag::poller_ready);

}  // namespace green::hub
