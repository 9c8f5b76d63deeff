// SPDX-License-Identifier: MIT
#include "green/grp.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/entries.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/waiting.h"

using tests::check_same;
using tests::task_of;
using tests::words;
using tests::words_of;

static_assert(tests::mirrors(green::getgrnam, ::getgrnam));
static_assert(tests::mirrors(green::getgrnam_r, ::getgrnam_r));
static_assert(tests::mirrors(green::getgrgid, ::getgrgid));
static_assert(tests::mirrors(green::getgrgid_r, ::getgrgid_r));
static_assert(tests::mirrors(green::getgrent, ::getgrent));
static_assert(tests::mirrors(green::getgrent_r, ::getgrent_r));
static_assert(tests::mirrors(green::setgrent, ::setgrent));
static_assert(tests::mirrors(green::endgrent, ::endgrent));
static_assert(tests::mirrors(green::getgrouplist, ::getgrouplist));
static_assert(tests::mirrors(green::initgroups, ::initgroups));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call getgrnam = &::getgrnam;
  static constexpr tests::blocking_call getgrnam_r = &::getgrnam_r;
  static constexpr tests::blocking_call getgrgid = &::getgrgid;
  static constexpr tests::blocking_call getgrgid_r = &::getgrgid_r;
  static constexpr tests::blocking_call getgrent = &::getgrent;
  static constexpr tests::blocking_call getgrent_r = &::getgrent_r;
  static constexpr tests::blocking_call setgrent = &::setgrent;
  static constexpr tests::blocking_call endgrent = &::endgrent;
  static constexpr tests::blocking_call getgrouplist = &::getgrouplist;
  static constexpr tests::blocking_call initgroups = &::initgroups;
};

struct mirror : tests::green_side {
  static constexpr auto getgrnam = &green::getgrnam;
  static constexpr auto getgrnam_r = &green::getgrnam_r;
  static constexpr auto getgrgid = &green::getgrgid;
  static constexpr auto getgrgid_r = &green::getgrgid_r;
  static constexpr auto getgrent = &green::getgrent;
  static constexpr auto getgrent_r = &green::getgrent_r;
  static constexpr auto setgrent = &green::setgrent;
  static constexpr auto endgrent = &green::endgrent;
  static constexpr auto getgrouplist = &green::getgrouplist;
  static constexpr auto initgroups = &green::initgroups;
};

template <class S>
task_of<S> by_name(words& out) {
  for (const char* name : {"root", "daemon", "nobody", "nogroup", "no such"}) {
    errno = 77;
    out.push_back(words_of(co_await S::getgrnam(name)));
    out.push_back(std::to_string(errno == 77 || errno == 0 ? 0 : errno));
  }
  for (const unsigned id : {0u, 1u, 65534u, 4242424242u}) {
    out.push_back(words_of(co_await S::getgrgid(id)));
  }
}

template <class S>
task_of<S> into_memory(words& out) {
  ::group entry;
  ::group* found = nullptr;
  std::vector<char> memory(5000);
  for (const std::size_t size : {0u, 1u, 8u, 30u, 60u, 5000u}) {
    for (const std::size_t offset : {0u, 1u, 8u}) {
      char* const at = memory.data() + offset;
      const std::size_t room = size - (size > offset ? offset : 0);
      for (const char* name : {"root", "no such"}) {
        found = &entry;
        out.push_back(std::to_string(
            co_await S::getgrnam_r(name, &entry, at, room, &found)));
        out.push_back(words_of(found));
        CHECK((found == nullptr || found == &entry));
      }
      found = &entry;
      out.push_back(
          std::to_string(co_await S::getgrgid_r(0, &entry, at, room, &found)));
      out.push_back(words_of(found));
      if (found == nullptr) continue;
      const bool own = entry.gr_name >= at && entry.gr_name < at + room;
      CHECK(own);
    }
  }
}

template <class S>
task_of<S> one_by_one(words& out) {
  co_await S::setgrent();
  for (;;) {
    const ::group* const entry = co_await S::getgrent();
    if (entry == nullptr) break;
    out.push_back(words_of(entry));
  }
  co_await S::setgrent();
  ::group entry;
  ::group* found = nullptr;
  char memory[5000];
  for (;;) {
    const int code = co_await S::getgrent_r(&entry, memory, 4, &found);
    out.push_back(std::to_string(code));
    if (code != ERANGE) break;
    const int more = co_await S::getgrent_r(&entry, memory, 5000, &found);
    out.push_back(std::to_string(more) + words_of(found));
    if (more != 0) break;
  }
  co_await S::endgrent();
}

template <class S>
task_of<S> lists(words& out) {
  for (const char* user : {"root", "daemon", "no such"}) {
    for (const int room : {0, 1, 2, 100}) {
      std::vector<gid_t> groups(100, 7);
      int count = room;
      out.push_back(std::to_string(
          co_await S::getgrouplist(user, 55, groups.data(), &count)));
      out.push_back(std::to_string(count));
      for (const gid_t one : groups) out.back() += " " + std::to_string(one);
    }
  }
}

std::vector<gid_t> groups_now() {
  std::vector<gid_t> groups(1000);
  const int count = ::getgroups(1000, groups.data());
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

template <class S>
task_of<S> initialise(words& out) {
  for (const char* user : {"root", "daemon", "no such"}) {
    const tests::answer result = co_await S::initgroups(user, 55);
    out.push_back(std::to_string(result.value) + " " +
                  std::to_string(result.error));
    for (const gid_t one : groups_now()) out.push_back(std::to_string(one));
  }
}

}  // namespace

TEST_CASE("groups are found as by the C library") {
  check_same(by_name<mirror>, by_name<original>);
  check_same(into_memory<mirror>, into_memory<original>);
}

TEST_CASE("groups come one by one as from the C library") {
  words all;
  mirror::run(one_by_one<mirror>, std::ref(all));
  CHECK(all.size() > 4);
  check_same(one_by_one<mirror>, one_by_one<original>);
}

TEST_CASE("a result in static memory is the green thread's own") {
  green::run([]() -> green::task<> {
    const ::group* const mine = co_await green::getgrnam("root");
    REQUIRE(mine != nullptr);
    const std::string before = words_of(mine);
    const auto asks = []() -> green::task<> {
      const ::group* const other = co_await green::getgrnam("daemon");
      REQUIRE(other != nullptr);
      CHECK(std::string(other->gr_name) == "daemon");
    };
    co_await green::spawn(asks).join();
    const ::group* const by_id = co_await green::getgrgid(1);
    REQUIRE(by_id != nullptr);
    CHECK(words_of(mine) == before);
    errno = 77;
    CHECK(co_await green::getgrnam("daemon") == mine);
    CHECK(errno == 77);
    CHECK(words_of(mine) == words_of(by_id));
  });
}

TEST_CASE("a look-up that is killed or timed out is abandoned") {
  green::run([]() -> green::task<> {
    const auto asks = []() -> green::task<> {
      for (;;) {
        const std::string name = "root";  // gone before the helper asks
        std::vector<char> memory(5000);
        ::group entry;
        ::group* found = nullptr;
        co_await green::getgrnam(name.c_str());
        co_await green::getgrnam_r(name.c_str(), &entry, memory.data(), 5000,
                                   &found);
        co_await green::getgrgid(0);
        co_await green::getgrgid_r(0, &entry, memory.data(), 5000, &found);
      }
    };
    co_await tests::check_interruptible(asks);
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 30; ++i) all.push_back(green::spawn(asks));
    for (auto& one : all) {
      co_await green::sleep();
      co_await one.kill();
      CHECK(one.was_killed());
    }
    co_await tests::look_ups_end();
  });
}

TEST_CASE("an entry that a killed call has taken comes again") {
  words all;
  green::run([&all]() -> green::task<> {
    co_await green::setgrent();
    while (const ::group* const one = co_await green::getgrent()) {
      all.push_back(words_of(one));
    }
  });
  REQUIRE(all.size() > 3);
  green::run([&all]() -> green::task<> {
    words seen;
    const auto takes = [&seen]() -> green::task<> {
      const ::group* const one = co_await green::getgrent();
      if (one != nullptr) seen.push_back(words_of(one));
    };
    co_await green::setgrent();
    for (std::size_t turns = 0; turns < 60; ++turns) {
      const green::greenlet<> taker = green::spawn(takes);
      for (std::size_t i = 0; i < turns % 8; ++i) co_await green::sleep();
      co_await taker.kill();
    }
    co_await tests::look_ups_end();
    for (std::size_t before = seen.size() + 1; before != seen.size();) {
      before = seen.size();
      co_await takes();
    }
    std::ranges::sort(seen);
    std::ranges::sort(all);
    CHECK(seen == all);
    co_await green::endgrent();
  });
}

TEST_CASE("the groups of a user are listed as by the C library") {
  check_same(lists<mirror>, lists<original>);
}

TEST_CASE("initgroups sets what the C library sets, and a kill nothing") {
  const std::vector<gid_t> before = groups_now();
  check_same(initialise<mirror>, initialise<original>);
  (void)::setgroups(before.size(), before.data());
  green::run([&before]() -> green::task<> {
    int result = -1;
    const auto sets = [&result]() -> green::task<> {
      result = co_await green::initgroups("root", 55);
    };
    const green::greenlet<> setter = green::spawn(sets);
    co_await green::sleep();
    co_await setter.kill();
    co_await tests::look_ups_end();
    CHECK((result == 0) == (groups_now() != before));
  });
  (void)::setgroups(before.size(), before.data());
}
