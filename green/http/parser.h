// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "green/http/head.h"

namespace green::http {

/// Takes the bytes of a connection apart, one request after the other. llhttp
/// does the work.
class parser {
 public:
  /// The state after the bytes so far.
  enum class found { nothing, head, body, end };

  /// A head has at most so many bytes.
  explicit parser(std::size_t head_bytes);
  ~parser();
  parser(const parser&) = delete;
  parser& operator=(const parser&) = delete;

  /// Takes bytes from the front of `bytes`, up to the next thing found. Throws
  /// http::error.
  found take(std::string_view& bytes);
  /// The head that was found last.
  request_head& head() noexcept;
  /// The bytes of the body that were found, and that the caller has left here.
  std::string& body() noexcept;

 private:
  struct state;
  const std::unique_ptr<state> state_;
};

}  // namespace green::http
