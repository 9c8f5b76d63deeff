// SPDX-License-Identifier: MIT
#include "benchmarks/messages.h"

#include <algorithm>
#include <cstring>

namespace benchmarks {
namespace {

// Messages begin at one of these offsets into the pattern.
constexpr std::size_t offsets = 4096;

// The finalizer of splitmix64: a bijection, so no two messages share it.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t stamp_of(std::uint32_t id, std::uint32_t number) {
  return mix(std::uint64_t{id} << 32 | number);
}

// One of 16 letters.
char letter(std::uint64_t value) { return static_cast<char>('a' + value % 16); }

}  // namespace

messages::messages(const protocol& p, std::size_t size)
    : protocol_(p), size_(size), pattern_(size + offsets) {
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    pattern_[i] = p.letters ? letter(mix(i)) : static_cast<char>(mix(i));
  }
  const std::string bytes(size, ' ');
  request_ = p.before_request + bytes + p.end;
  answer_ = p.before_answer + bytes + p.end;
}

std::string_view messages::request(std::uint32_t id, std::uint32_t number) {
  write(request_, protocol_.before_request.size(), stamp_of(id, number));
  return request_;
}

std::string_view messages::answer(std::uint32_t id, std::uint32_t number) {
  write(answer_, protocol_.before_answer.size(), stamp_of(id, number));
  return answer_;
}

// The stamp makes a message unique, the pattern fills it.
void messages::write(std::string& whole, std::size_t at,
                     std::uint64_t stamp) const {
  char* const into = whole.data() + at;
  std::memcpy(into, pattern_.data() + stamp % offsets, size_);
  if (!protocol_.letters) {
    std::memcpy(into, &stamp, std::min(sizeof stamp, size_));
    return;
  }
  for (std::size_t i = 0; i < std::min(2 * sizeof stamp, size_); ++i) {
    into[i] = letter(stamp >> 4 * i);
  }
}

}  // namespace benchmarks
