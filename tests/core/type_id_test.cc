// SPDX-License-Identifier: MIT
#include "green/core/type_id.h"

#include <doctest/doctest.h>

#include <string>

using green::core::type_id;

namespace tests {

struct plain {};
template <class T>
struct holder {};

}  // namespace tests

TEST_CASE("a type is itself and no other") {
  CHECK(type_id::of<tests::plain>() == type_id::of<tests::plain>());
  CHECK(type_id::of<int>() != type_id::of<unsigned>());
  CHECK(type_id::of<tests::holder<int>>() !=
        type_id::of<tests::holder<long>>());
  const auto one = [] {};
  const auto other = [] {};
  CHECK(type_id::of<decltype(one)>() != type_id::of<decltype(other)>());
}

TEST_CASE("a type has the name that the source gives it") {
  CHECK(type_id::of<tests::plain>().name() == "tests::plain");
  CHECK(type_id::of<tests::holder<int[2]>>().name().starts_with(
      "tests::holder<int"));
  CHECK(type_id::of<int>().name() == "int");
}
