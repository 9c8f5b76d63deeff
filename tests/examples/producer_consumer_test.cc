// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdio>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/program.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string producer_consumer = "examples/producer_consumer";

// The items that "consumer C takes ITEM" says, and the line after them.
struct account {
  std::multiset<int> taken;
  std::set<int> consumers;
  string total;
};

account account_of(const string& text) {
  account a;
  std::istringstream lines(text);
  for (string line; std::getline(lines, line);) {
    int consumer = 0, item = 0;
    if (std::sscanf(line.c_str(), "consumer %d takes %d", &consumer, &item) ==
        2) {
      a.taken.insert(item);
      a.consumers.insert(consumer);
    } else {
      a.total += line;
    }
  }
  return a;
}

std::multiset<int> first_numbers(int count) {
  std::multiset<int> all;
  for (int i = 0; i < count; ++i) all.insert(i);
  return all;
}

}  // namespace

TEST_CASE("producer_consumer: every item is taken once") {
  const finished f = run({producer_consumer});
  CHECK(f.status == 0);
  CHECK(f.err == "");
  const account a = account_of(f.out);
  CHECK(a.taken == first_numbers(15));
  CHECK(a.consumers == std::set{0, 1});
  CHECK(a.total == "15 items, sum 105");
}

TEST_CASE("producer_consumer with other numbers") {
  const account many = account_of(run({producer_consumer, "7", "5", "20"}).out);
  CHECK(many.taken == first_numbers(140));
  CHECK(many.consumers == std::set{0, 1, 2, 3, 4});
  CHECK(many.total == "140 items, sum 9730");
  CHECK(run({producer_consumer, "1", "1", "1"}).out ==
        "consumer 0 takes 0\n1 items, sum 0\n");
}

TEST_CASE("producer_consumer refuses what makes no sense") {
  CHECK(refuses(run({producer_consumer, "1"}), "three numbers or none"));
  CHECK(refuses(run({producer_consumer, "1", "1", "1", "1"}), "three numbers"));
  for (const char* number : {"", "x", "0", "-1", "1x", "1001"}) {
    CHECK(refuses(run({producer_consumer, "1", number, "1"}),
                  "not a number from 1 to 1000: '" + string(number) + "'"));
  }
}
