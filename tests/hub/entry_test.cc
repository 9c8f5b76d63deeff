// SPDX-License-Identifier: MIT
#include "green/hub/entry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

using green::hub::entry;

TEST_CASE("a new entry keeps nothing of the memory that it lies in") {
  alignas(entry) std::byte memory[sizeof(entry)];
  std::memset(memory, 0xff, sizeof memory);
  const entry* const made = new (memory) entry;
  CHECK(std::all_of(made->bytes, made->bytes + sizeof made->bytes,
                    [](std::byte b) { return b == std::byte{0}; }));
}
