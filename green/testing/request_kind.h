// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "green/hub/entry.h"
#include "green/testing/options.h"

namespace green::testing {

/// Which faults can hit a request?
enum class request_kind : unsigned char {
  accept,
  connect,
  socket,     // moves bytes
  stream,     // moves bytes of a pipe
  file_read,  // or asks for something else of a file
  file_write,
  open,
  none,
};
request_kind kind_of(const io_uring_sqe& sqe);

/// Has it a path in place of a descriptor?
bool is_about_a_path(const io_uring_sqe& sqe);

/// The errors of the faults, in the order in which they are drawn.
struct possible_failure {
  fault what;
  std::int32_t error;
};
std::vector<possible_failure> failures_of(const io_uring_sqe& sqe);

}  // namespace green::testing
