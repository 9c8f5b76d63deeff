// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "green/task.h"

namespace green::http {

/// The bytes of a request's body, and of its answer's.
class exchange {
 public:
  exchange() = default;
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// See request::read_some and request::read_all.
  virtual task<std::string> read_body(std::size_t length) = 0;
  virtual task<std::string> read_rest(std::size_t most) = 0;
  /// See output::write.
  virtual task<> write_piece(std::string_view bytes) = 0;

 protected:
  ~exchange() = default;
};

}  // namespace green::http
