// SPDX-License-Identifier: MIT
#include "green/hub/descriptors.h"

#include <fcntl.h>

#include <algorithm>

namespace green::hub {

bool descriptors::grow(int fd) {
  constexpr int high = 1 << 16;
  if (fd >= high && ::fcntl(fd, F_GETFD) < 0) return false;
  const std::size_t needed = static_cast<std::size_t>(fd) + 1;
  slots_.resize(std::max(needed, slots_.size() * 2));
  return true;
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
