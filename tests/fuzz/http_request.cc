// SPDX-License-Identifier: MIT
// What http_server is sent by its clients.
#include "examples/http_request.h"

#include <utility>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using seen = std::vector<std::pair<std::string, std::string>>;

void check_path(std::string_view url) {
  const auto path = http::path_of(url);
  if (!path) return;
  fuzz::require(!path->empty() && path->front() != '/', "relative", *path);
  fuzz::require(path->find('\0') == path->npos, "no zero byte", *path);
  fuzz::require(("/" + *path + "/").find("/../") == path->npos,
                "stays in the directory", *path);
}

void check_range(std::string_view range, off_t size) {
  off_t from = -1, to = -1;
  if (!http::in_range(range, size, from, to)) return;
  fuzz::require(from >= 0 && to < size, "within the file", range);
  fuzz::require(from <= to || size == 0, "not empty", range);
}

// As http_server's talk does it, with `at_once` bytes a time.
seen parse(std::string_view text, std::size_t at_once) {
  seen all;
  llhttp_t parser;
  http::request current;
  llhttp_init(&parser, HTTP_REQUEST, &http::settings());
  parser.data = &current;
  for (; !text.empty(); text.remove_prefix(std::min(at_once, text.size()))) {
    // In a buffer of its own, so that a sanitizer sees its end.
    const std::string part(text.substr(0, at_once));
    const char* next = part.data();
    const char* const end = next + part.size();
    while (next < end) {
      const auto error = llhttp_execute(&parser, next, std::size_t(end - next));
      if (error == HPE_OK) break;
      if (error != HPE_PAUSED || !current.complete) return all;
      next = llhttp_get_error_pos(&parser);
      all.emplace_back(current.url, current.range);
      current = http::request();
      llhttp_resume(&parser);
    }
    fuzz::require(current.url.size() <= http::longest, "a URL's limit");
    fuzz::require(current.field.size() <= http::longest, "a name's limit");
    fuzz::require(current.value.size() <= http::longest, "a value's limit");
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  fuzz::input in(data, size);
  const std::size_t at_once = in.number() % 64 + 1;
  const off_t length = off_t(in.number()) * in.number();
  check_path(in.rest());
  check_range(in.rest(), length);
  const seen whole = parse(in.rest(), std::max<std::size_t>(size, 1));
  fuzz::require(parse(in.rest(), at_once) == whole, "the same in pieces");
  for (const auto& [url, range] : whole) {
    check_path(url);
    check_range(range, length);
  }
  return 0;
}
