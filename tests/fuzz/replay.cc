// SPDX-License-Identifier: MIT
//
// The main of a fuzz target in builds without libFuzzer: feeds it each file of
// the folder that is its argument, and each file's beginnings.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    // In a buffer of its own size, so that a sanitizer sees its end.
    for (std::size_t length = 0; length <= text.size(); ++length) {
      const std::string part = text.substr(0, length);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(part.data()),
                             part.size());
    }
    ++files;
  }
  std::printf("%d files of %s\n", files, argv[1]);
  return files == 0 ? 1 : 0;
}
