// SPDX-License-Identifier: MIT
#include "green/core/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

using green::core::result;

TEST_CASE("a result is an object, a reference or nothing") {
  result<std::unique_ptr<int>> object;
  object.set_from([] { return std::make_unique<int>(3); });
  CHECK(*object.take() == 3);

  int place = 1;
  result<int&> reference;
  reference.set_from([&]() -> int& { return place; });
  CHECK(&reference.take() == &place);

  int calls = 0;
  result<void> nothing;
  nothing.set_from([&] { ++calls; });
  nothing.take();
  CHECK(calls == 1);
  static_assert(std::is_same_v<decltype(nothing.take()), void>);
}

TEST_CASE("a result is the exception of the call") {
  result<int> failed;
  failed.set_from([]() -> int { throw std::out_of_range("far"); });
  CHECK_THROWS_AS(failed.take(), std::out_of_range);
}

TEST_CASE("an error takes the place of a value") {
  const auto living = std::make_shared<int>(1);
  result<std::shared_ptr<int>> both;
  both.set(living);
  both.set_error(std::make_exception_ptr(std::runtime_error("late")));
  CHECK(living.use_count() == 1);
  CHECK_THROWS_AS(both.take(), std::runtime_error);
}
