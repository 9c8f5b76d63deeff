// SPDX-License-Identifier: MIT
#include "green/grp.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/user_tables.h"

using tests::check_same;
using tests::task_of;
using tests::words;

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
  using entry = ::group;
  static constexpr tests::blocking_call find = &::getgrnam;
  static constexpr tests::blocking_call find_r = &::getgrnam_r;
  static constexpr tests::blocking_call by_id = &::getgrgid;
  static constexpr tests::blocking_call by_id_r = &::getgrgid_r;
  static constexpr tests::blocking_call begin = &::setgrent;
  static constexpr tests::blocking_call next = &::getgrent;
  static constexpr tests::blocking_call next_r = &::getgrent_r;
  static constexpr tests::blocking_call end = &::endgrent;
  static constexpr tests::blocking_call getgrouplist = &::getgrouplist;
  static constexpr tests::blocking_call initgroups = &::initgroups;
};

struct mirror : tests::green_side {
  using entry = ::group;
  static constexpr auto find = &green::getgrnam;
  static constexpr auto find_r = &green::getgrnam_r;
  static constexpr auto by_id = &green::getgrgid;
  static constexpr auto by_id_r = &green::getgrgid_r;
  static constexpr auto begin = &green::setgrent;
  static constexpr auto next = &green::getgrent;
  static constexpr auto next_r = &green::getgrent_r;
  static constexpr auto end = &green::endgrent;
  static constexpr auto getgrouplist = &green::getgrouplist;
  static constexpr auto initgroups = &green::initgroups;
};

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
  tests::check_found<mirror, original>();
}

TEST_CASE("groups come one by one as from the C library") {
  tests::check_one_by_one<mirror, original>();
}

TEST_CASE("a result in static memory is the green thread's own") {
  green::run(tests::keep_own_entry<mirror>);
}

TEST_CASE("a look-up that is killed or timed out is abandoned") {
  tests::check_abandoned(tests::keep_asking<mirror>);
}

TEST_CASE("an entry that a killed call has taken comes again") {
  green::run(tests::lose_no_entry<mirror>);
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
