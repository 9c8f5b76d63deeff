// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "green/http/fields.h"

namespace green::http {

/// The first line of a request, and its fields.
struct request_head {
  std::string method;  // "GET"
  std::string target;  // "/a%20b?q=1", as it was sent
  std::string path;    // "/a b"
  std::string query;   // "q=1", as it was sent
  fields headers;
  int minor = 1;           // of HTTP/1.1
  bool keep_alive = true;  // as the request asks
  bool has_body = false;
};

/// "a%20b" to "a b". Throws std::invalid_argument for a '%' without two
/// hexadecimal digits.
std::string percent_decoded(std::string_view text);

}  // namespace green::http
