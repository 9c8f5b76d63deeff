// SPDX-License-Identifier: MIT
// Randomness of a simulation, under the names of the C library and std.
#include <stdlib.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "green/testing/luck.h"
#include "green/testing/system.h"
#include "green/testing/world.h"

using green::testing::luck;
using green::testing::original_as;
using green::testing::world;

namespace {

luck* numbers() noexcept {
  world* const around = world::here();
  return around == nullptr ? nullptr : &around->numbers();
}

void fill(luck& from, void* buffer, std::size_t size) {
  auto* bytes = static_cast<unsigned char*>(buffer);
  while (size != 0) {
    const std::uint64_t next = from.next();
    const std::size_t part = std::min(size, sizeof next);
    std::memcpy(bytes, &next, part);
    bytes += part;
    size -= part;
  }
}

// From 0 to RAND_MAX.
long positive(luck& from) { return static_cast<long>(from.next() >> 33); }

// Returns whether a simulation has taken the seed.
bool seeded(std::uint64_t seed) {
  world* const around = world::here();
  if (around == nullptr) return false;
  around->numbers() = luck(around->run().seed ^ seed);
  return true;
}

}  // namespace

void green::testing::take_numbers() noexcept {}

// The whole program finds them, of a shared object, too.
#pragma GCC visibility push(default)

extern "C" {

ssize_t getrandom(void* buffer, std::size_t size, unsigned flags) {
  luck* const own = numbers();
  if (own == nullptr) return ::syscall(SYS_getrandom, buffer, size, flags);
  fill(*own, buffer, size);
  return static_cast<ssize_t>(size);
}

int getentropy(void* buffer, std::size_t size) {
  static auto* const call = original_as<int(void*, std::size_t)>("getentropy");
  luck* const own = numbers();
  if (own == nullptr) return call(buffer, size);
  fill(*own, buffer, size);
  return 0;
}

int rand() noexcept {
  static auto* const call = original_as<int()>("rand");
  luck* const own = numbers();
  return own == nullptr ? call() : static_cast<int>(positive(*own));
}

void srand(unsigned seed) noexcept {
  static auto* const call = original_as<void(unsigned)>("srand");
  if (!seeded(seed)) call(seed);
}

long random() noexcept {
  static auto* const call = original_as<long()>("random");
  luck* const own = numbers();
  return own == nullptr ? call() : positive(*own);
}

void srandom(unsigned seed) noexcept {
  static auto* const call = original_as<void(unsigned)>("srandom");
  if (!seeded(seed)) call(seed);
}

double drand48() noexcept {
  static auto* const call = original_as<double()>("drand48");
  luck* const own = numbers();
  return own == nullptr ? call() : own->share();
}

long lrand48() noexcept {
  static auto* const call = original_as<long()>("lrand48");
  luck* const own = numbers();
  return own == nullptr ? call() : positive(*own);
}

long mrand48() noexcept {
  static auto* const call = original_as<long()>("mrand48");
  luck* const own = numbers();
  return own == nullptr ? call() : static_cast<std::int32_t>(own->next());
}

void srand48(long seed) noexcept {
  static auto* const call = original_as<void(long)>("srand48");
  if (!seeded(static_cast<std::uint64_t>(seed))) call(seed);
}

std::uint32_t arc4random() noexcept {
  static auto* const call = original_as<std::uint32_t()>("arc4random");
  luck* const own = numbers();
  return own == nullptr ? call() : static_cast<std::uint32_t>(own->next());
}

void arc4random_buf(void* buffer, std::size_t size) noexcept {
  static auto* const call =
      original_as<void(void*, std::size_t)>("arc4random_buf");
  luck* const own = numbers();
  if (own == nullptr) return call(buffer, size);
  fill(*own, buffer, size);
}

std::uint32_t arc4random_uniform(std::uint32_t bound) noexcept {
  static auto* const call =
      original_as<std::uint32_t(std::uint32_t)>("arc4random_uniform");
  luck* const own = numbers();
  if (own == nullptr) return call(bound);
  return bound < 2 ? 0 : static_cast<std::uint32_t>(own->below(bound));
}

// std::random_device::_M_getval(), which asks the processor. Weak, for programs
// that link libstdc++ statically.
[[gnu::weak]] unsigned random_device_number(void* self) asm(
    "_ZNSt13random_device9_M_getvalEv");
unsigned random_device_number(void* self) {
  static auto* const call =
      original_as<unsigned(void*)>("_ZNSt13random_device9_M_getvalEv");
  luck* const own = numbers();
  return own == nullptr ? call(self) : static_cast<unsigned>(own->next());
}
}

#pragma GCC visibility pop
