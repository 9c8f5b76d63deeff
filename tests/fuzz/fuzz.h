// SPDX-License-Identifier: MIT
// What a fuzz target is made of: a file here that defines
// LLVMFuzzerTestOneInput and checks something of what it parsed. libFuzzer
// feeds it (--config=fuzz, see .ci/run); every other build feeds it the files
// of corpus/NAME (replay.cc), as an ordinary test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace fuzz {

/// Ends the program when a property does not hold of an input.
inline void require(bool holds, const char* what, std::string_view about = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s: %.*s\n", what,
               static_cast<int>(about.size()), about.data());
  std::abort();
}

/// An input as text, and as numbers that say how to use the rest of it.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  /// 0 to 255, taken from the front; 0 when nothing is left.
  unsigned number() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace fuzz
