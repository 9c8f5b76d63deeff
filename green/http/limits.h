// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace green::http {

/// The bounds of a service. A client that goes beyond one loses its connection.
struct limits {
  /// How long a connection may wait for its next request.
  std::chrono::nanoseconds idle = std::chrono::seconds(75);
  /// How long a head may take from its first byte. Then 408 is answered.
  std::chrono::nanoseconds head = std::chrono::seconds(20);
  /// How long the next bytes of a body may take. Then the request's functions
  /// throw http::error of 408.
  std::chrono::nanoseconds body = std::chrono::seconds(60);
  /// How long a client may take none of an answer's bytes.
  std::chrono::nanoseconds write = std::chrono::seconds(60);
  /// The bytes of a head. For more, 431 is answered.
  std::size_t head_bytes = 16384;
};

}  // namespace green::http
