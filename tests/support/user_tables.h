// SPDX-License-Identifier: MIT
//
// Bodies of tests for <pwd.h> and <grp.h>, whose calls have the same forms. A
// side names its calls find, find_r, by_id, by_id_r, begin, next, next_r, end.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/tables.h"

namespace tests {

inline const char* name_of(const passwd& entry) { return entry.pw_name; }
inline const char* name_of(const ::group& entry) { return entry.gr_name; }

template <class S>
task_of<S> found_by_name(words& out) {
  for (const char* name : {"root", "daemon", "nobody", "nogroup", "no such"}) {
    errno = 77;
    out.push_back(words_of(co_await S::find(name)));
    out.push_back(std::to_string(errno == 77 || errno == 0 ? 0 : errno));
  }
  for (const unsigned id : {0u, 1u, 65534u, 4242424242u}) {
    out.push_back(words_of(co_await S::by_id(id)));
  }
}

template <class S>
task_of<S> found_into_memory(words& out) {
  typename S::entry entry;
  typename S::entry* found = nullptr;
  std::vector<char> memory(5000);
  for (const std::size_t size : {0u, 1u, 8u, 30u, 60u, 5000u}) {
    for (const std::size_t offset : {0u, 1u, 8u}) {
      char* const at = memory.data() + offset;
      const std::size_t room = size - (size > offset ? offset : 0);
      for (const char* name : {"root", "no such"}) {
        found = &entry;
        out.push_back(
            std::to_string(co_await S::find_r(name, &entry, at, room, &found)));
        out.push_back(words_of(found));
        CHECK((found == nullptr || found == &entry));
      }
      found = &entry;
      out.push_back(
          std::to_string(co_await S::by_id_r(0, &entry, at, room, &found)));
      out.push_back(words_of(found));
      if (found == nullptr) continue;
      const bool own = name_of(entry) >= at && name_of(entry) < at + room;
      CHECK(own);
    }
  }
}

template <class S>
task_of<S> one_by_one(words& out) {
  co_await S::begin();
  for (;;) {
    const typename S::entry* const entry = co_await S::next();
    if (entry == nullptr) break;
    out.push_back(words_of(entry));
  }
  co_await S::begin();
  typename S::entry entry;
  typename S::entry* found = nullptr;
  char memory[5000];
  for (;;) {
    const int code = co_await S::next_r(&entry, memory, 4, &found);
    out.push_back(std::to_string(code));
    if (code != ERANGE) break;
    const int more = co_await S::next_r(&entry, memory, 5000, &found);
    out.push_back(std::to_string(more) + words_of(found));
    if (more != 0) break;
  }
  co_await S::end();
}

/// All that the original finds, green finds.
template <class Mirror, class Original>
void check_found() {
  check_same(found_by_name<Mirror>, found_by_name<Original>);
  check_same(found_into_memory<Mirror>, found_into_memory<Original>);
}

template <class Mirror, class Original>
void check_one_by_one() {
  words all;
  Mirror::run(one_by_one<Mirror>, std::ref(all));
  CHECK(all.size() > 4);
  check_same(one_by_one<Mirror>, one_by_one<Original>);
}

/// Static memory is the green thread's own.
template <class S>
green::task<> keep_own_entry() {
  const typename S::entry* const mine = co_await S::find("root");
  REQUIRE(mine != nullptr);
  const std::string before = words_of(mine);
  const auto asks = []() -> green::task<> {
    const typename S::entry* const other = co_await S::find("daemon");
    REQUIRE(other != nullptr);
    CHECK(std::string(name_of(*other)) == "daemon");
  };
  co_await green::spawn(asks).join();
  const typename S::entry* const by_id = co_await S::by_id(1);
  REQUIRE(by_id != nullptr);
  CHECK(words_of(mine) == before);
  errno = 77;
  const typename S::entry* const again = co_await S::find("daemon");
  CHECK(again == mine);
  CHECK(errno == 77);
  CHECK(words_of(mine) == words_of(by_id));
}

/// Looks up for ever.
template <class S>
green::task<> keep_asking() {
  for (;;) {
    const std::string name = "root";  // gone before the helper asks
    std::vector<char> memory(5000);
    typename S::entry entry;
    typename S::entry* found = nullptr;
    co_await S::find(name.c_str());
    co_await S::find_r(name.c_str(), &entry, memory.data(), 5000, &found);
    co_await S::by_id(0);
    co_await S::by_id_r(0, &entry, memory.data(), 5000, &found);
  }
}

template <class S>
green::task<> take_all(words& seen) {
  for (;;) {
    const typename S::entry* const one = co_await S::next();
    if (one == nullptr) co_return;
    seen.push_back(words_of(one));
  }
}

/// Kills those that take an entry, and then looks for all of them.
template <class S>
green::task<> lose_no_entry() {
  words all, seen;
  co_await S::begin();
  co_await take_all<S>(all);
  REQUIRE(all.size() > 3);
  const auto takes = [&seen]() -> green::task<> {
    const typename S::entry* const one = co_await S::next();
    if (one != nullptr) seen.push_back(words_of(one));
  };
  co_await S::begin();
  for (std::size_t turns = 0; turns < 60; ++turns) {
    const green::greenlet<> taker = green::spawn(takes);
    for (std::size_t i = 0; i < turns % 8; ++i) co_await green::sleep();
    co_await taker.kill();
  }
  co_await look_ups_end();
  co_await take_all<S>(seen);
  std::ranges::sort(seen);
  std::ranges::sort(all);
  CHECK(seen == all);
  co_await S::end();
}

}  // namespace tests
