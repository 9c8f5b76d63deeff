// SPDX-License-Identifier: MIT
#include "green/fileobjects/transport_ptr.h"

#include <utility>

#include "green/fileobjects/descriptor.h"

namespace green {

transport_ptr::transport_ptr(int fd)
    : owned_(std::make_unique<descriptor>(fd)), used_(owned_.get()) {}

transport_ptr::transport_ptr(unique_fd fd)
    : owned_(std::make_unique<descriptor>(std::move(fd))),
      used_(owned_.get()) {}

}  // namespace green
