// SPDX-License-Identifier: MIT
#include "green/hub/descriptors.h"

#include <algorithm>

#include "green/hub/operation.h"

namespace green::hub {

void descriptors::grow(int fd) {
  const std::size_t needed = static_cast<std::size_t>(fd) + 1;
  slots_.resize(std::max(needed, slots_.size() * 2));
}

void descriptors::add(int fd, operation_base& op) noexcept {
  slot& s = slot_of(fd);
  op.before_ = nullptr;
  op.after_ = s.first;
  if (s.first != nullptr) s.first->before_ = &op;
  s.first = &op;
}

void descriptors::remove(int fd, operation_base& op) noexcept {
  if (op.before_ != nullptr) {
    op.before_->after_ = op.after_;
  } else {
    slot_of(fd).first = op.after_;
  }
  if (op.after_ != nullptr) op.after_->before_ = op.before_;
}

}  // namespace green::hub
