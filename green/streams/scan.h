// SPDX-License-Identifier: MIT
#pragma once

#include <stdarg.h>
#include <stdio.h>

#include <array>
#include <cstddef>
#include <string>

#include "green/task.h"

namespace green {

/// The arguments of a scanf, kept beyond the call.
class scan_request {
 public:
  static constexpr std::size_t most_places = 64;

  scan_request(const char* format, va_list arguments);

  /// Has it more places than can be kept?
  bool too_many() const noexcept { return count_ > most_places; }
  /// Does the original need nothing beyond these bytes?
  bool satisfied_by(const std::string& bytes) const;
  /// The original's call.
  int make(FILE* stream) const;

 private:
  void read_format();

  std::string format_;
  std::string dry_;  // the format without its assignments
  std::size_t count_ = 0;
  std::array<void*, most_places> places_{};
};

/// fscanf(3)
task<int> scan(FILE* stream, scan_request request);

}  // namespace green
