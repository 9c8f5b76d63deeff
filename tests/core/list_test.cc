// SPDX-License-Identifier: MIT
#include "green/core/list.h"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace {

using green::core::list;
using green::core::list_hook;

struct item : list_hook {
  int value = 0;
};

struct fixture {
  fixture() {
    for (int i = 0; i < 6; ++i) items[static_cast<std::size_t>(i)].value = i;
  }
  item& operator[](std::size_t i) { return items[i]; }
  std::array<item, 6> items;
};

std::vector<int> values(list<item>& l) {
  std::vector<int> out;
  l.for_each([&](item& i) { out.push_back(i.value); });
  return out;
}

using numbers = std::vector<int>;

}  // namespace

TEST_CASE("a new list is empty") {
  list<item> l;
  CHECK(l.empty());
  CHECK(l.pop_front() == nullptr);
  CHECK(values(l).empty());
}

TEST_CASE("items leave in the order of their coming, unlinked") {
  fixture items;
  list<item> l;
  for (std::size_t i = 0; i < 3; ++i) l.push_back(items[i]);
  CHECK(&l.front() == &items[0]);
  CHECK(items[1].linked());
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(l.pop_front() == &items[i]);
    CHECK_FALSE(items[i].linked());
  }
  CHECK(l.empty());
}

TEST_CASE("an item leaves from the front, the middle and the end") {
  fixture items;
  list<item> l;
  for (item& i : items.items) l.push_back(i);
  items[0].unlink();
  items[3].unlink();
  items[5].unlink();
  CHECK(values(l) == numbers{1, 2, 4});
  CHECK_FALSE(items[3].linked());
  l.push_back(items[3]);
  CHECK(values(l) == numbers{1, 2, 4, 3});
}

TEST_CASE("an item that is alone leaves an empty list") {
  fixture items;
  list<item> l;
  l.push_back(items[2]);
  items[2].unlink();
  CHECK(l.empty());
  l.push_back(items[4]);
  CHECK(values(l) == numbers{4});
}

TEST_CASE("splice appends all of another list and empties it") {
  fixture items;
  list<item> l;
  list<item> other;
  l.push_back(items[0]);
  for (std::size_t i = 1; i < 4; ++i) other.push_back(items[i]);
  l.splice(other);
  CHECK(values(l) == numbers{0, 1, 2, 3});
  CHECK(other.empty());
  SUBCASE("the other can be used again") {
    other.push_back(items[4]);
    CHECK(values(other) == numbers{4});
    CHECK(values(l) == numbers{0, 1, 2, 3});
  }
  SUBCASE("a spliced item leaves the list it is in now") {
    items[3].unlink();
    l.push_back(items[5]);
    CHECK(values(l) == numbers{0, 1, 2, 5});
  }
}

TEST_CASE("splice of or into an empty list") {
  fixture items;
  list<item> l;
  list<item> other;
  l.splice(other);
  CHECK(l.empty());
  other.push_back(items[0]);
  l.splice(other);
  CHECK(values(l) == numbers{0});
  l.splice(other);
  CHECK(values(l) == numbers{0});
}

TEST_CASE("for_each goes on when the item it is at leaves") {
  fixture items;
  list<item> l;
  for (item& i : items.items) l.push_back(i);
  numbers seen;
  l.for_each([&](item& i) {
    seen.push_back(i.value);
    if (i.value % 2 == 0) i.unlink();
  });
  CHECK(seen == numbers{0, 1, 2, 3, 4, 5});
  CHECK(values(l) == numbers{1, 3, 5});
}
