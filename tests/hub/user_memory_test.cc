// SPDX-License-Identifier: MIT
#include "green/hub/user_memory.h"

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <cstddef>

using green::hub::is_readable;

TEST_CASE("memory is readable if all of its pages are") {
  constexpr std::size_t page = 65536;  // a multiple of every machine's page
  void* const mapped = ::mmap(nullptr, 3 * page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapped != MAP_FAILED);
  char* const begin = static_cast<char*>(mapped);
  CHECK(is_readable(begin, 3 * page));
  CHECK(is_readable(begin + 1, 1));
  REQUIRE(::mprotect(begin + page, page, PROT_NONE) == 0);
  CHECK(is_readable(begin, page));
  CHECK(is_readable(begin + page - 1, 1));
  CHECK(is_readable(begin + 2 * page, page));
  CHECK(!is_readable(begin, page + 1));
  CHECK(!is_readable(begin + page, 1));
  CHECK(!is_readable(begin, 3 * page));
  CHECK(!is_readable(nullptr, 1));
  CHECK(is_readable(nullptr, 0));
  CHECK(!is_readable(reinterpret_cast<void*>(-1), 16));
  char copy[2];
  CHECK(green::hub::read_user(copy, begin, sizeof copy));
  CHECK(!green::hub::read_user(copy, begin + page - 1, sizeof copy));
  CHECK(green::hub::write_user(begin, copy, sizeof copy));
  CHECK(!green::hub::write_user(begin + page - 1, copy, sizeof copy));
  ::munmap(mapped, 3 * page);
}
