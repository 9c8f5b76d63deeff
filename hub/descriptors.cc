// SPDX-License-Identifier: MIT
#include "green/hub/descriptors.h"

#include <algorithm>

namespace green::hub {

void descriptors::grow(int fd) {
  const std::size_t needed = static_cast<std::size_t>(fd) + 1;
  slots_.resize(std::max(needed, slots_.size() * 2));
}

void descriptors::add(int fd, descriptor_user& user) noexcept {
  slot& s = slot_of(fd);
  user.before_ = nullptr;
  user.after_ = s.first;
  if (s.first != nullptr) s.first->before_ = &user;
  s.first = &user;
}

void descriptors::remove(int fd, descriptor_user& user) noexcept {
  if (cursor_ == &user) cursor_ = user.after_;
  if (user.before_ != nullptr) {
    user.before_->after_ = user.after_;
  } else {
    slot_of(fd).first = user.after_;
  }
  if (user.after_ != nullptr) user.after_->before_ = user.before_;
}

}  // namespace green::hub
