// SPDX-License-Identifier: MIT
#include "green/hub/descriptor_guard.h"

#include <cerrno>

#include "green/hub/loop.h"
#include "green/hub/opcodes.h"
#include "green/hub/operation.h"

namespace green::hub {

descriptor_guard::descriptor_guard(int fd) : hub_(loop::here()), fd_(fd) {
  descriptors& fds = hub_.fds();
  if (fd < 0 || !fds.reserve(fd) || fds.closing(fd)) return;
  fds.add(fd, *this);
  added_ = true;
  closed_ = false;
}

descriptor_guard::~descriptor_guard() {
  if (added_) hub_.fds().remove(fd_, *this);
  if (closer_ != nullptr) closer_->one_ended();
}

void descriptor_guard::end_for_close(close_wait& closer) noexcept {
  closer_ = &closer;
  closed_ = true;
  if (wait_ != nullptr) wait_->end_early();
}

guarded_step::~guarded_step() {
  if (in_flight()) core::destroyed_in_flight(*this, *thread_);
}

bool guarded_step::start() {
  loop::of(*thread_).submit(*this);
  return true;
}

void guarded_step::end_early() noexcept {
  if (in_flight()) loop::of(*thread_).cancel(*this);
}

bool guarded_step::completed(std::int32_t result) {
  value_ = result;
  const bool ended = result == -ECANCELED || result == -EINTR;
  end_wait(ended && thread_->interrupted() ? outcome::interrupted
                                           : outcome::done);
  return false;
}

std::int32_t guarded_step::await_resume() {
  check_interrupt();
  return outcome_ == outcome::interrupted ? -ECANCELED : value_;
}

void guarded_step::describe(std::string& out) const {
  out += name_of(*entry_->sqe());
}

}  // namespace green::hub
