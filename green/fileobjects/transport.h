// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "green/task.h"

namespace green {

/// A way for bytes that a reader or a writer uses. Each function does one call
/// of the layer below. An interrupt that it throws has moved no byte.
class transport {
 public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  /// Waits for bytes, at most `length`. Returns their number, and 0 at the end
  /// of file. Throws std::system_error.
  virtual task<std::size_t> read(char* into, std::size_t length) = 0;
  /// Writes a part of the bytes or all. Returns the number of those that are
  /// written, at least one. Throws std::system_error. After a throw, the next
  /// call begins with the same bytes, maybe at another address.
  virtual task<std::size_t> write(std::string_view bytes) = 0;
};

/// The transport that a pointer to another library's connection stands for.
/// Its specialisation derives from transport and is made of that pointer. The
/// mirror of that library's header has it: "green/openssl/ssl.h" has SSL's.
template <class Connection>
class transport_of;

}  // namespace green
