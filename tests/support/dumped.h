// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include <cstddef>
#include <regex>
#include <string>

#include "green/debug.h"

namespace tests {

/// The text of a dump of green/debug.h.
inline std::string dumped(void (*dump)(FILE*)) {
  char* text = nullptr;
  std::size_t size = 0;
  FILE* const out = ::open_memstream(&text, &size);
  dump(out);
  ::fclose(out);
  const std::string all(text, size);
  ::free(text);
  return all;
}

/// Does some part of the text match?
inline bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

}  // namespace tests
