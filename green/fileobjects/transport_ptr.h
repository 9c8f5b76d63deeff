// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>

#include "green/fileobjects/transport.h"
#include "green/unique_fd.h"

namespace green {

/// The first parameter of a reader and a writer.
class transport_ptr {
 public:
  /// A descriptor that stays the caller's.
  transport_ptr(int fd);
  /// A descriptor that is closed with the reader or writer.
  transport_ptr(unique_fd fd);
  /// A transport that outlives the reader or writer.
  transport_ptr(transport& other) noexcept : used_(&other) {}
  /// A connection of another library, which outlives the reader or writer.
  template <class Connection>
    requires std::derived_from<transport_of<Connection>, transport>
  transport_ptr(Connection* connection)
      : owned_(std::make_unique<transport_of<Connection>>(connection)),
        used_(owned_.get()) {}

  transport* operator->() const noexcept { return used_; }

 private:
  std::unique_ptr<transport> owned_;  // null when it is the caller's
  transport* used_;
};

}  // namespace green
