// SPDX-License-Identifier: MIT
// The test kit in GoogleTest: the first two cases pass, the others fail.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <stdexcept>

#include "green/greenlet.h"
#include "green/testing.h"

using namespace std::chrono_literals;
namespace testing_kit = green::testing;

namespace {

green::task<> draw_no_seven() {
  co_await green::sleep(24h);
  EXPECT_NE(::rand() % 10, 7);
}

green::task<> throw_at_seven() {
  co_await green::sleep(24h);
  if (::rand() % 10 == 7) throw std::runtime_error("a seven");
}

int failures() {
  const auto* const info =
      testing::UnitTest::GetInstance()->current_test_info();
  return info->result()->total_part_count();
}

}  // namespace

TEST(Kit, PassesOnVirtualTime) {
  const auto body = []() -> green::task<int> {
    co_await green::sleep(24h);
    co_return 7;
  };
  EXPECT_EQ(testing_kit::run(body), 7);
}

TEST(Kit, PassesSeeds) {
  const auto how = testing_kit::options().fails_when(failures);
  const auto done =
      testing_kit::simulate({1, 2}, [] { EXPECT_TRUE(true); }, how);
  EXPECT_NE(done.seeds, 0u);
}

TEST(Kit, FailsByAnException) { testing_kit::simulate(100, throw_at_seven); }

TEST(Kit, FailsByAnExpectation) {
  const auto how = testing_kit::options().fails_when(failures);
  testing_kit::simulate(100, draw_no_seven, how);
}
