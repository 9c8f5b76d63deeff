// SPDX-License-Identifier: MIT
// The bytes that the load program sends, and those that it awaits.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "benchmarks/messages.h"

namespace {

using benchmarks::messages;
using benchmarks::protocol;
using std::string;

}  // namespace

TEST_CASE("an echo is awaited as it was sent") {
  messages all({}, 64);
  const string sent(all.request(3, 7));
  CHECK(sent.size() == 64);
  CHECK(all.request_size() == 64);
  CHECK(all.answer(3, 7) == sent);
}

TEST_CASE("no two messages are the same") {
  for (const bool letters : {false, true}) {
    protocol p;
    p.letters = letters;
    messages all(p, 16);
    std::set<string> seen;
    for (std::uint32_t id = 0; id < 20; ++id) {
      for (std::uint32_t number = 0; number < 20; ++number) {
        seen.emplace(all.request(id, number));
      }
    }
    CHECK(seen.size() == 400);
  }
}

TEST_CASE("a protocol stands around the bytes") {
  protocol p;
  p.before_request = "> ";
  p.before_answer = "ok ";
  p.end = "\n";
  p.letters = true;
  messages all(p, 100);
  const string sent(all.request(0, 1));
  CHECK(sent.starts_with("> "));
  CHECK(sent.size() == 103);
  const string bytes = sent.substr(2);
  CHECK(all.answer(0, 1) == "ok " + bytes);
  const string letters = bytes.substr(0, 100);
  CHECK(std::ranges::all_of(letters,
                            [](char c) { return c >= 'a' && c <= 'p'; }));
  CHECK(bytes.ends_with("\n"));
}

TEST_CASE("a message may be shorter than what makes it unique") {
  messages all({}, 1);
  CHECK(all.request(1, 1).size() == 1);
}
