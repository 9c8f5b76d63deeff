// SPDX-License-Identifier: MIT
#include "green/core/frame_pool.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace {

using green::core::frame_pool;

bool aligned(const void* memory) {
  return reinterpret_cast<std::uintptr_t>(memory) %
             __STDCPP_DEFAULT_NEW_ALIGNMENT__ ==
         0;
}

// Under AddressSanitizer the pool keeps nothing, so that a use after free is
// seen.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TESTS_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(TESTS_ASAN)
constexpr bool keeps_blocks = false;
#else
constexpr bool keeps_blocks = true;
#endif

struct pooled_pair : green::core::pooled {
  std::uint64_t first = 1;
  std::uint64_t second = 2;
};

}  // namespace

TEST_CASE("memory of every size is aligned and all of it usable") {
  for (std::size_t size = 1; size <= 5000; size += 7) {
    void* const memory = frame_pool::allocate(size);
    CHECK(aligned(memory));
    std::memset(memory, 0xab, size);
    frame_pool::release(memory, size);
  }
}

TEST_CASE("what was released last is used first") {
  void* const warm = frame_pool::allocate(300);
  frame_pool::release(warm, 300);
  void* const first = frame_pool::allocate(300);
  if (keeps_blocks) CHECK(first == warm);
  void* const second = frame_pool::allocate(300);
  CHECK(second != first);
  frame_pool::release(first, 300);
  frame_pool::release(second, 300);
  if (keeps_blocks) {
    CHECK(frame_pool::allocate(300) == second);
    CHECK(frame_pool::allocate(300) == first);
    frame_pool::release(first, 300);
    frame_pool::release(second, 300);
  }
}

TEST_CASE("sizes of different classes don't share memory") {
  void* const small = frame_pool::allocate(64);
  frame_pool::release(small, 64);
  void* const large = frame_pool::allocate(65);
  std::memset(large, 1, 65);
  void* const again = frame_pool::allocate(64);
  CHECK(large != again);
  frame_pool::release(large, 65);
  frame_pool::release(again, 64);
}

TEST_CASE("memory that is out is given to nobody else") {
  std::set<void*> out;
  for (int i = 0; i < 10'000; ++i) out.insert(frame_pool::allocate(200));
  CHECK(out.size() == 10'000);
  for (void* memory : out) frame_pool::release(memory, 200);
  std::set<void*> again;
  for (int i = 0; i < 10'000; ++i) again.insert(frame_pool::allocate(200));
  CHECK(again.size() == 10'000);
  for (void* memory : again) frame_pool::release(memory, 200);
}

TEST_CASE("what one thread allocates, another may release") {
  std::vector<void*> memory;
  for (int i = 0; i < 1000; ++i) {
    memory.push_back(frame_pool::allocate(128));
    std::memset(memory.back(), i, 128);
  }
  std::thread([&] {
    for (void* m : memory) frame_pool::release(m, 128);
  }).join();
  std::thread([&] {
    for (void*& m : memory) m = frame_pool::allocate(128);
  }).join();
  std::set<void*> distinct(memory.begin(), memory.end());
  CHECK(distinct.size() == memory.size());
  for (void* m : memory) frame_pool::release(m, 128);
}

TEST_CASE("a thread that ends gives back what its lists hold") {
  // LeakSanitizer judges.
  for (int i = 0; i < 20; ++i) {
    std::thread([] {
      for (std::size_t size = 64; size < 3000; size += 64) {
        frame_pool::release(frame_pool::allocate(size), size);
      }
    }).join();
  }
}

TEST_CASE("a trimmed pool goes on working") {
  frame_pool::release(frame_pool::allocate(500), 500);
  frame_pool::trim();
  frame_pool::trim();
  void* const memory = frame_pool::allocate(500);
  std::memset(memory, 1, 500);
  frame_pool::release(memory, 500);
  void* const again = frame_pool::allocate(500);
  if (keeps_blocks) CHECK(again == memory);
  frame_pool::release(again, 500);
}

TEST_CASE("objects of a pooled class") {
  pooled_pair* const one = new pooled_pair;
  CHECK(one->first + one->second == 3);
  delete one;
  pooled_pair* const two = new pooled_pair;
  if (keeps_blocks) CHECK(static_cast<void*>(two) == static_cast<void*>(one));
  delete two;
}
