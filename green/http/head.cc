// SPDX-License-Identifier: MIT
#include "green/http/head.h"

#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace green::http {

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const std::string_view hex = text.substr(i + 1, 2);
    unsigned code = 0;
    const auto parsed =
        std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() != 2 || parsed.ptr != hex.data() + 2) {
      throw std::invalid_argument("'%' without two hexadecimal digits: '" +
                                  std::string(text.substr(i, 3)) + "'");
    }
    decoded += static_cast<char>(code);
    i += 2;
  }
  return decoded;
}

}  // namespace green::http
