// SPDX-License-Identifier: MIT
#include "green/locks/scoped_lock_wait.h"

#include <algorithm>
#include <cstdint>
#include <exception>

#include "green/core/sleep.h"

namespace green {

task<std::size_t> lock_from(const any_lockable* all, std::size_t count,
                            std::size_t first) {
  co_await all[first].lock();
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t tried = (first + i) % count;
    bool locked = false;
    std::exception_ptr failed;
    try {
      locked = all[tried].try_lock();
    } catch (...) {
      failed = std::current_exception();
    }
    if (locked) continue;
    for (std::size_t k = 0; k < i; ++k) all[(first + k) % count].unlock();
    if (failed != nullptr) std::rethrow_exception(failed);
    co_return tried;
  }
  co_return count;
}

int try_lock_all(const any_lockable* all, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    bool locked = false;
    std::exception_ptr failed;
    try {
      locked = all[i].try_lock();
    } catch (...) {
      failed = std::current_exception();
    }
    if (locked) continue;
    for (std::size_t k = 0; k < i; ++k) all[k].unlock();
    if (failed != nullptr) std::rethrow_exception(failed);
    return static_cast<int>(i);
  }
  return -1;
}

task<> back_off(unsigned failures) {
  thread_local std::uint32_t random = 2463534242;  // Marsaglia's xorshift
  random ^= random << 13;
  random ^= random >> 17;
  random ^= random << 5;
  const std::uint32_t bound = 1u << std::min(failures, 8u);
  for (std::uint32_t turns = random % bound; turns > 0; --turns) {
    co_await core::yield_wait();
  }
}

}  // namespace green
