// SPDX-License-Identifier: MIT
// What http_server understands of what a client sends.
#pragma once

#include <llhttp/llhttp.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "green/strings.h"
#include "green/sys/types.h"

namespace http {

constexpr size_t longest = 8192;  // of a URL, of a header

struct request {
  std::string url, field, value, range;
  bool complete = false;
};

inline request& of(llhttp_t* parser) {
  return *static_cast<request*>(parser->data);
}

inline int append(std::string& text, const char* at, size_t length) {
  text.append(at, length);
  return text.size() > longest ? HPE_USER : 0;
}
inline int on_url(llhttp_t* p, const char* at, size_t length) {
  return append(of(p).url, at, length);
}
inline int on_field(llhttp_t* p, const char* at, size_t length) {
  return append(of(p).field, at, length);
}
inline int on_value(llhttp_t* p, const char* at, size_t length) {
  return append(of(p).value, at, length);
}
inline int on_value_complete(llhttp_t* p) {
  request& r = of(p);
  if (strcasecmp(r.field.c_str(), "range") == 0) r.range = r.value;
  r.field.clear();
  r.value.clear();
  return 0;
}
// Pauses, so that pipelined requests are answered one after the other.
inline int on_complete(llhttp_t* p) {
  of(p).complete = true;
  return HPE_PAUSED;
}

inline const llhttp_settings_t& settings() {
  static const llhttp_settings_t all = [] {
    llhttp_settings_t s;
    llhttp_settings_init(&s);
    s.on_url = on_url;
    s.on_header_field = on_field;
    s.on_header_value = on_value;
    s.on_header_value_complete = on_value_complete;
    s.on_message_complete = on_complete;
    return s;
  }();
  return all;
}

// "2F" to 47; -1 for what are no two hexadecimal digits.
inline int byte_of(std::string_view hex) {
  int code = -1;
  const char* const end = hex.data() + hex.size();
  const auto parsed = std::from_chars(hex.data(), end, code, 16);
  return hex.size() == 2 && hex[0] != '-' && parsed.ptr == end ? code : -1;
}

// "/a%20b?q" to "a b"; nothing for what leaves the directory.
inline std::optional<std::string> path_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  std::string path;
  for (size_t i = 0; i < url.size(); ++i) {
    if (url[i] != '%') {
      path += url[i];
      continue;
    }
    const int code = byte_of(url.substr(i + 1, 2));
    if (code < 0) return std::nullopt;
    path += char(code);
    i += 2;
  }
  if (path.empty() || path[0] != '/' || path.find('\0') != path.npos ||
      (path + "/").find("/../") != path.npos) {
    return std::nullopt;
  }
  path.erase(0, path.find_first_not_of('/'));
  if (path.empty() || path.back() == '/') path += "index.html";
  return path;
}

// The decimal number that begins text, which is shortened by it; what is too
// large is the largest. Nothing when text begins otherwise.
inline std::optional<off_t> take_number(std::string_view& text) {
  const size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  off_t number = 0;
  if (std::from_chars(text.data(), text.data() + digits, number).ec !=
      std::errc()) {
    number = std::numeric_limits<off_t>::max();
  }
  text.remove_prefix(digits);
  return number;
}

// The bytes from..to of a file: "bytes=10-19", "bytes=10-" or "bytes=-10".
// False when the file has none of them. Whole without a range, and for one
// that is not understood, as RFC 9110 wishes.
inline bool in_range(std::string_view range, off_t size, off_t& from,
                     off_t& to) {
  from = 0;
  to = size - 1;
  if (!range.starts_with("bytes=")) return true;
  range.remove_prefix(6);
  const std::optional<off_t> first = take_number(range);
  if (!range.starts_with('-')) return true;
  range.remove_prefix(1);
  const std::optional<off_t> last = take_number(range);
  if (!range.empty() || (!first && !last)) return true;
  if (!first) {
    from = size - std::min(size, *last);
  } else {
    if (last && *last < *first) return true;
    from = *first;
    if (last) to = std::min(to, *last);
  }
  return from <= to;
}

}  // namespace http
