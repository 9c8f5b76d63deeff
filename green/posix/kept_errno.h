// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

namespace green {

/// errno at the start of a call of several steps. Some of these steps fail, and
/// the call goes on. It gives its result through this object, so that after a
/// success errno is as it was.
class kept_errno {
 public:
  kept_errno() noexcept = default;
  kept_errno(const kept_errno&) = delete;
  kept_errno& operator=(const kept_errno&) = delete;

  template <class R>
  R operator()(R result) const noexcept {
    if (result != static_cast<R>(-1)) put_back();
    return result;
  }
  void put_back() const noexcept { errno = before_; }

 private:
  const int before_ = errno;
};

}  // namespace green
