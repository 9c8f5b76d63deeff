// SPDX-License-Identifier: MIT
#pragma once

namespace green::testing {

/// This thread's hub runs on virtual time in this scope. Its requests are given
/// real time to be answered, unless `patient` is false.
class virtual_time {
 public:
  explicit virtual_time(bool patient = true);
  virtual_time(const virtual_time&) = delete;
  virtual_time& operator=(const virtual_time&) = delete;
  ~virtual_time();
};

}  // namespace green::testing
