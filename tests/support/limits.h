// SPDX-License-Identifier: MIT
//
// Limits of the process, put back at the end of a scope.
//
//   const tests::few_descriptors none(0);  // not one more can be opened
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tests {

class limit {
 public:
  limit(__rlimit_resource what, rlim_t soft) : what_(what) {
    ::getrlimit(what, &before_);
    const rlimit now{soft, before_.rlim_max};
    if (::setrlimit(what, &now) != 0) {
      throw std::system_error(errno, std::generic_category(), "setrlimit");
    }
  }
  limit(const limit&) = delete;
  limit& operator=(const limit&) = delete;
  ~limit() { ::setrlimit(what_, &before_); }

 private:
  const __rlimit_resource what_;
  rlimit before_{};
};

/// Room for so many descriptors more, if those in use have no gaps.
class few_descriptors {
 public:
  explicit few_descriptors(rlim_t room)
      : limit_(RLIMIT_NOFILE, lowest_free() + room) {}

 private:
  static rlim_t lowest_free() {
    const int lowest = ::dup(0);
    ::close(lowest);
    return static_cast<rlim_t>(lowest);
  }

  limit limit_;
};

}  // namespace tests
