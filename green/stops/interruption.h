// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace green {

/// Base of the interrupts that have words. No std::exception, so that no
/// handler of errors swallows one. One that nobody catches is printed with its
/// words before std::terminate's handler runs.
class interruption {
 public:
  virtual ~interruption() = default;

  /// std::exception::what
  const char* what() const noexcept { return what_.c_str(); }
  /// "green::timed_out"
  const char* type() const noexcept { return type_; }

 protected:
  interruption(const char* type, std::string what);
  interruption(const interruption&) = default;
  interruption& operator=(const interruption&) = default;

 private:
  const char* type_;
  std::string what_;
};

}  // namespace green
