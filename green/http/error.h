// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace green::http {

/// A request that is answered by a status and no more. A handler may throw it:
/// `throw http::error(404)`.
class error : public std::runtime_error {
 public:
  /// With the status's own words, or with a text for the client.
  explicit error(int status);
  error(int status, const std::string& text)
      : runtime_error(text), status_(status) {}

  /// As 404.
  int status() const noexcept { return status_; }

 private:
  int status_;
};

/// The words of a status: "Not Found" for 404; "Unknown" for one without.
const char* reason(int status) noexcept;

}  // namespace green::http
