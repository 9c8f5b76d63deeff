// SPDX-License-Identifier: MIT
#include "green/http/fields.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using green::http::fields;

TEST_CASE("names of fields compare without case") {
  fields all{{"Accept", "a"}, {"ACCEPT", "b"}, {"Host", "h"}};
  REQUIRE(all.find("accept") != nullptr);
  CHECK(*all.find("accept") == "a");
  CHECK(all.count("aCCept") == 2);
  CHECK(all.contains("hOST"));
  CHECK(!all.contains("hos"));
  CHECK(all.find("none") == nullptr);
  all.set("accept", "c");
  CHECK(all.count("Accept") == 1);
  CHECK(all.size() == 2);
  CHECK(all.erase("HOST") == 1);
  CHECK(all.begin()->value == "c");
}

TEST_CASE("a field that would end its line is refused") {
  fields all;
  CHECK_THROWS_WITH_AS(all.add("X", "a\r\nSet-Cookie: b"),
                       "the value of the field X has a control character",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(all.add("X Y", "a"), "not the name of a field: 'X Y'",
                       std::invalid_argument);
  CHECK_THROWS_AS(all.add("", "a"), std::invalid_argument);
  CHECK_THROWS_AS(all.add("X:", "a"), std::invalid_argument);
  all.add("X", "tab\tand \xc3\xa9");
  CHECK_THROWS_AS(all.set("X", std::string("\0", 1)), std::invalid_argument);
  CHECK(*all.find("x") == "tab\tand \xc3\xa9");
}
