// SPDX-License-Identifier: MIT
// Green threads of three hubs, and a thread of the system, lock, wait, kill
// and time out at random. GREEN_TORTURE_SECONDS=30 tortures longer;
// GREEN_SEED=N draws the choices of an earlier run again.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <thread>

#include "green/green.h"
#include "tests/support/hubs.h"
#include "tests/support/torture.h"

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The hubs live for one round only: their beginnings and ends are part of it.
std::uint64_t play_round(std::uint64_t seed, std::chrono::nanoseconds length) {
  tests::torture::world world(seed);
  std::thread outsider([&] { world.outsider(); });
  std::thread clock([&] {
    std::this_thread::sleep_for(length);
    world.stop();
  });
  tests::run_hubs(tests::torture::world::hubs, [&](int hub) {
    return world.hub_main(static_cast<unsigned>(hub));
  });
  clock.join();
  outsider.join();
  world.check();
  return world.steps();
}

}  // namespace

TEST_CASE("locks, waits, kills and timeouts at random") {
  const std::uint64_t seed = number("GREEN_SEED", std::random_device()());
  const auto end = steady_clock::now() +
                   std::chrono::seconds(number("GREEN_TORTURE_SECONDS", 2));
  MESSAGE("GREEN_SEED=" << seed);
  std::uint64_t steps = 0;
  for (std::uint64_t round = 0; steady_clock::now() < end; ++round) {
    CAPTURE(round);
    steps += play_round(seed + round * 1'000'003, 200ms);
  }
  MESSAGE(steps << " steps");
  CHECK(steps > 0);
}

TEST_CASE("a seed says what each green thread chooses") {
  using tests::torture::chooser;
  chooser one(7, 1, 2, 3), same(7, 1, 2, 3), other(7, 1, 3, 3),
      next(8, 1, 2, 3);
  bool others_differ = false;
  for (int i = 0; i < 100; ++i) {
    const auto c = one.next();
    CHECK(c == same.next());
    others_differ |= c != other.next() && c != next.next();
  }
  CHECK(others_differ);
}
