// SPDX-License-Identifier: MIT
// The test kit in Catch2: the first two cases pass, the others fail.
#include <stdlib.h>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>  // of Catch2 3
#else
#include <catch2/catch.hpp>
#endif
#include <chrono>
#include <stdexcept>

#include "green/greenlet.h"
#include "green/testing.h"

using namespace std::chrono_literals;
namespace testing = green::testing;

namespace {

green::task<> draw_no_seven() {
  co_await green::sleep(24h);
  REQUIRE(::rand() % 10 != 7);
}

green::task<> throw_at_seven() {
  co_await green::sleep(24h);
  if (::rand() % 10 == 7) throw std::runtime_error("a seven");
}

}  // namespace

TEST_CASE("passes on virtual time") {
  const auto body = []() -> green::task<int> {
    co_await green::sleep(24h);
    co_return 7;
  };
  CHECK(testing::run(body) == 7);
}

TEST_CASE("passes seeds") {
  const auto body = []() -> green::task<> {
    co_await green::sleep(24h);
    CHECK(true);
  };
  CHECK(testing::simulate({1, 2}, body).seeds != 0);
}

TEST_CASE("fails by an exception") { testing::simulate(100, throw_at_seven); }

TEST_CASE("fails by an assertion") { testing::simulate(100, draw_no_seven); }
