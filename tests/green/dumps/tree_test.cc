// SPDX-License-Identifier: MIT
#include "green/dumps/tree.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using green::core::site;
using green::dumps::thread_row;

namespace {

std::string line_number(const site& where) {
  return ":" + std::to_string(where.line());
}

// Rows with sites of this file.
thread_row row(std::uint64_t id, std::uint64_t parent, const char* wait,
               std::vector<site> awaits = {}, const char* name = "") {
  thread_row made;
  made.id = id;
  made.parent = parent;
  made.given_name = name;
  made.age = static_cast<std::int64_t>(id) * 1'000'000'000;
  made.wait = wait;
  made.awaits = std::move(awaits);
  return made;
}

std::string tree_of(const std::vector<thread_row>& rows) {
  std::vector<const thread_row*> all;
  for (const thread_row& one : rows) all.push_back(&one);
  return green::dumps::tree_of(all);
}

}  // namespace

TEST_CASE("each green thread stands below the one that has spawned it") {
  CHECK(tree_of({row(1, 0, "running", {}, "main"), row(2, 1, "yield"),
                 row(3, 2, "not started"), row(4, 1, "recv(fd 7)")}) ==
        "main [1], 1.000 s old: running\n"
        "  greenlet-2 [2], 2.000 s old: yield\n"
        "    greenlet-3 [3], 3.000 s old: not started\n"
        "  greenlet-4 [4], 4.000 s old: recv(fd 7)\n");
}

TEST_CASE("one whose parent has ended is a root") {
  CHECK(tree_of({row(5, 4, "yield"), row(3, 2, "yield", {}, "b")}) ==
        "greenlet-5 [5], 5.000 s old: yield\n"
        "b [3], 3.000 s old: yield\n");
}

TEST_CASE("those that wait alike share a line") {
  const site a = site::current(), b = site::current();
  const std::string text =
      tree_of({row(1, 0, "running", {}, "main"), row(2, 1, "recv(fd 7)", {a}),
               row(3, 1, "recv(fd 8)", {a}), row(4, 1, "recv(fd 7)", {a, b}),
               row(5, 1, "recv(fd 10)", {a})});
  CHECK(
      text.starts_with("main [1], 1.000 s old: running\n"
                       "  3 x greenlet-# [2 to 5], 2.000 to 5.000 s old: "
                       "recv(fd #) at "));
  CHECK(text.find("  greenlet-4 [4], 4.000 s old: recv(fd 7) at ") !=
        std::string::npos);
  CHECK(text.find(line_number(a) + ", in ") != std::string::npos);
}

TEST_CASE("equal waits keep their numbers") {
  CHECK(tree_of({row(1, 0, "mutex 0x7f12, held by b", {}, "w1"),
                 row(2, 0, "mutex 0x7f12, held by b", {}, "w22")}) ==
        "2 x w# [1 to 2], 1.000 to 2.000 s old: mutex 0x7f12, held by b\n");
  CHECK(tree_of({row(1, 0, "mutex 0x7f12, held by b", {}, "w1"),
                 row(2, 0, "mutex 0x7abc, held by b", {}, "w2")}) ==
        "2 x w# [1 to 2], 1.000 to 2.000 s old: mutex #, held by b\n");
}

TEST_CASE("those that are alike have alike ones below them") {
  CHECK(tree_of({row(1, 0, "yield"), row(2, 0, "yield"), row(3, 0, "yield"),
                 row(4, 1, "accept(fd 1)"), row(5, 2, "accept(fd 2)")}) ==
        "2 x greenlet-# [1 to 2], 1.000 to 2.000 s old: yield\n"
        "  2 x greenlet-# [4 to 5], 4.000 to 5.000 s old: accept(fd #)\n"
        "greenlet-3 [3], 3.000 s old: yield\n");
}

TEST_CASE("a hundred thousand that wait alike are one line") {
  std::vector<thread_row> rows;
  for (std::uint64_t id = 1; id <= 100'000; ++id) {
    rows.push_back(row(id, 0, "yield"));
  }
  CHECK(
      tree_of(rows) ==
      "100000 x greenlet-# [1 to 100000], 1.000 to 100000.000 s old: yield\n");
}

TEST_CASE("a line of descent of a hundred thousand is no recursion") {
  std::vector<thread_row> rows;
  for (std::uint64_t id = 1; id <= 100'000; ++id) {
    rows.push_back(row(id, id - 1, "yield"));
  }
  const std::string text = tree_of(rows);
  CHECK(text.ends_with("greenlet-100000 [100000], 100000.000 s old: yield\n"));
}
