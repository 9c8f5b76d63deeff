// SPDX-License-Identifier: MIT
// What a server of green::http is sent by its clients.
#include "green/http/parser.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "green/http/error.h"
#include "tests/fuzz/fuzz.h"

namespace {

using green::http::parser;

constexpr std::size_t head_bytes = 512;

// All that is found, as text, and whether a fault ends it. Of two faults, a
// length and another one, the pieces decide which is met first.
std::string parse(std::string_view text, std::size_t at_once) {
  std::string all;
  parser p(head_bytes);
  try {
    for (; !text.empty(); text.remove_prefix(std::min(at_once, text.size()))) {
      // In a buffer of its own, so that a sanitizer sees its end.
      const std::string part(text.substr(0, at_once));
      std::string_view rest = part;
      while (!rest.empty()) {
        const parser::found what = p.take(rest);
        all += p.body();
        p.body().clear();
        if (what == parser::found::end) all += "\n(end)";
        if (what != parser::found::head) continue;
        const green::http::request_head& h = p.head();
        fuzz::require(h.target.size() <= head_bytes, "the limit of a head");
        fuzz::require(h.path.size() <= h.target.size(), "decoded");
        all += "\n" + h.method + " " + h.target + (h.keep_alive ? "+" : "-");
        for (const auto& [name, value] : h.headers) {
          fuzz::require(value.find_first_of("\r\n") == value.npos, "one line",
                        value);
          all += " " + name + "=" + value;
        }
        all += "\n";
      }
    }
  } catch (const green::http::error&) {
    all += p.body() + "\nerror";
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  fuzz::input in(data, size);
  const std::size_t at_once = in.number() % 64 + 1;
  const std::string whole = parse(in.rest(), std::max<std::size_t>(size, 1));
  fuzz::require(parse(in.rest(), at_once) == whole, "the same in pieces",
                whole);
  return 0;
}
