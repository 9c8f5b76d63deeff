// SPDX-License-Identifier: MIT
// Facts that go from a process to another.
#include "tools/greenify/archive.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

TEST_CASE("facts come back as they were") {
  greenify::facts all;
  greenify::node n;
  n.key = "k";
  n.name = "name";
  n.at = {"f", 3, 2};
  n.is = greenify::node::kind::slot;
  n.owns = true;
  n.results = {"int", "long"};
  n.if_task.edits.insert({"f", 1, 2, std::string("a\0b", 3), -5, 9});
  n.if_task.headers.emplace("f", "green/mutex");
  all.add(n);
  greenify::site s;
  s.at = {"f", 7, 4};
  s.kind = "call";
  s.callees = {"k"};
  s.soft = true;
  s.handlers = {"h"};
  s.by_hand.insert({"f", 7, 0, "("});
  all.add(s);
  all.links.insert({"a", "b", {"f", 1, 1}, "text"});
  all.uses.insert({{"f", 1, 1}, "k", "text", greenify::use::kind::task});
  all.handlers["h"].cannot = "why";
  all.macros["m"] = {{"f", 1, 1}, 20, {"f", 9, 1}, "M", "#define M 1"};
  all.expansions.insert({"m", {"f", 30, 2}, "k"});
  all.regions.insert(
      {{"f", 1, 1}, 9, greenify::region::kind::skipped, "k", "l", "text"});
  all.always.findings.insert({{"f", 1, 1}, greenify::level::note, "n"});
  all.files["f"].includes.push_back({1, 2, 3, "a.h", true, "green/a.h"});
  all.errors.insert({{"f", 1, 1}, greenify::level::error, "e"});

  const std::string bytes = greenify::pack(all);
  const greenify::facts back = greenify::unpack(bytes);
  CHECK(greenify::pack(back) == bytes);
  CHECK(back.nodes.at("k").if_task.edits == n.if_task.edits);
  CHECK(back.sites.at(s.key()).callees == s.callees);
  CHECK(back.macros == all.macros);
  CHECK(back.expansions == all.expansions);
  CHECK(back.regions == all.regions);
  CHECK(back.files.at("f").includes == all.files["f"].includes);
}

TEST_CASE("other bytes are no facts") {
  const std::string bytes = greenify::pack({});
  CHECK_THROWS_AS(greenify::unpack(bytes.substr(1)), std::runtime_error);
  CHECK_THROWS_AS(greenify::unpack(bytes + "x"), std::runtime_error);
}

TEST_CASE("an entry of the cache comes back as it was") {
  const greenify::entry kept = {"q", {{"a", "1"}, {"b", ""}}, {"x\0y", 3}};
  const std::string bytes = greenify::pack_entry(kept);
  const greenify::entry back = greenify::unpack_entry(bytes);
  CHECK(back.question == kept.question);
  CHECK(back.states == kept.states);
  CHECK(back.bytes == kept.bytes);
  CHECK_THROWS_AS(greenify::unpack_entry(bytes + "x"), std::runtime_error);
}
