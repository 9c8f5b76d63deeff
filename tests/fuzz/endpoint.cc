// SPDX-License-Identifier: MIT
// The addresses that programs are given as text, and by the kernel.
#include "green/endpoint.h"

#include <cstring>
#include <optional>
#include <stdexcept>

#include "tests/fuzz/fuzz.h"

namespace {

using green::endpoint;

std::optional<endpoint> parse(std::string_view text) {
  try {
    return endpoint(text);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

void check_text(std::string_view text) {
  const auto parsed = parse(text);
  try {
    const auto known = endpoint::without_look_up(text);
    fuzz::require(!known || (parsed && *known == *parsed), "the same", text);
  } catch (const std::invalid_argument&) {
    fuzz::require(!parsed, "refused by both", text);
  }
  if (!parsed) return;
  const std::string printed = parsed->to_string();
  const auto again = parse(printed);
  fuzz::require(again && *again == *parsed, "parse(print(e)) == e", printed);
  fuzz::require(again->to_string() == printed, "one form", printed);
}

void check_address(std::string_view bytes) {
  sockaddr_storage given = {};
  const std::size_t size = std::min(bytes.size(), sizeof given);
  std::memcpy(&given, bytes.data(), size);
  const endpoint made(reinterpret_cast<const sockaddr*>(&given),
                      static_cast<socklen_t>(size));
  fuzz::require(made.length() <= sizeof(sockaddr_un), "no longer than it is");
  const endpoint again(made.sockaddr(), made.length());
  fuzz::require(again == made, "equal when given again");
  const std::string printed = made.to_string();
  fuzz::require(made.path().size() <= sizeof(sockaddr_un::sun_path), "cut");
  // A name in the abstract namespace may have bytes that no text can give.
  const auto parsed = parse(printed);
  fuzz::require(!parsed || parsed->to_string() == printed, "one form", printed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_text(text);
  check_address(text);
  return 0;
}
