// SPDX-License-Identifier: MIT
// Whole programs on a kernel that is simulated from a seed, for thousands of
// seeds. GREEN_SEED=N runs one again, GREEN_SEEDS=N as many, from 1.
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/simulated_programs.h"

namespace {

std::atomic<int> closes_of_nothing = 0;

}  // namespace

// In the place of the C library's: nobody may close what is not open.
extern "C" int close(int fd) {
  const auto result = static_cast<int>(::syscall(SYS_close, fd));
  if (result != 0 && errno == EBADF) ++closes_of_nothing;
  return result;
}

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void simulate_seeds(bool errors) {
  const std::uint64_t only = number("GREEN_SEED", 0);
  const std::uint64_t first = only == 0 ? 1 : only;
  const std::uint64_t count = only == 0 ? number("GREEN_SEEDS", 150) : 1;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    for (const auto& program : tests::simulated_programs) {
      const auto run = tests::simulate(program, seed, errors);
      INFO("GREEN_SEED=" << seed << " of " << std::string(program.name));
      REQUIRE(run.error == "");
      REQUIRE(run.completions > 0);
      REQUIRE(closes_of_nothing == 0);
    }
  }
  const std::chrono::duration<double, std::ratio<60>> minutes =
      std::chrono::steady_clock::now() - start;
  MESSAGE(
      count << " seeds, "
            << static_cast<int>(static_cast<double>(count) / minutes.count())
            << " a minute");
}

}  // namespace

TEST_CASE("nothing is lost, whatever the order and the moment") {
  simulate_seeds(false);
}

TEST_CASE("errors end what they hit, and no more") { simulate_seeds(true); }

TEST_CASE("the same seed gives the same trace, another seed another") {
  for (const auto& program : tests::simulated_programs) {
    CAPTURE(std::string(program.name));
    const auto one = tests::simulate(program, 7, false);
    const auto same = tests::simulate(program, 7, false);
    const auto other = tests::simulate(program, 8, false);
    CHECK(one.error + same.error + other.error == "");
    CHECK(one.hash == same.hash);
    CHECK(one.completions == same.completions);
    CHECK(one.hash != other.hash);
  }
}
