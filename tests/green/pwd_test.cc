// SPDX-License-Identifier: MIT
#include "green/pwd.h"

#include <doctest/doctest.h>

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

static_assert(tests::mirrors(green::getpwnam, ::getpwnam));
static_assert(tests::mirrors(green::getpwnam_r, ::getpwnam_r));
static_assert(tests::mirrors(green::getpwuid, ::getpwuid));
static_assert(tests::mirrors(green::getpwuid_r, ::getpwuid_r));
static_assert(tests::mirrors(green::getpwent, ::getpwent));
static_assert(tests::mirrors(green::getpwent_r, ::getpwent_r));
static_assert(tests::mirrors(green::setpwent, ::setpwent));
static_assert(tests::mirrors(green::endpwent, ::endpwent));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call getpwnam = &::getpwnam;
  static constexpr tests::blocking_call getpwnam_r = &::getpwnam_r;
  static constexpr tests::blocking_call getpwuid = &::getpwuid;
  static constexpr tests::blocking_call getpwuid_r = &::getpwuid_r;
  static constexpr tests::blocking_call getpwent = &::getpwent;
  static constexpr tests::blocking_call getpwent_r = &::getpwent_r;
  static constexpr tests::blocking_call setpwent = &::setpwent;
  static constexpr tests::blocking_call endpwent = &::endpwent;
};

struct mirror : tests::green_side {
  static constexpr auto getpwnam = &green::getpwnam;
  static constexpr auto getpwnam_r = &green::getpwnam_r;
  static constexpr auto getpwuid = &green::getpwuid;
  static constexpr auto getpwuid_r = &green::getpwuid_r;
  static constexpr auto getpwent = &green::getpwent;
  static constexpr auto getpwent_r = &green::getpwent_r;
  static constexpr auto setpwent = &green::setpwent;
  static constexpr auto endpwent = &green::endpwent;
};

template <class S>
task_of<S> by_name(words& out) {
  for (const char* name : {"root", "daemon", "nobody", "nogroup", "no such"}) {
    errno = 77;
    out.push_back(words_of(co_await S::getpwnam(name)));
    out.push_back(std::to_string(errno == 77 || errno == 0 ? 0 : errno));
  }
  for (const unsigned id : {0u, 1u, 65534u, 4242424242u}) {
    out.push_back(words_of(co_await S::getpwuid(id)));
  }
}

template <class S>
task_of<S> into_memory(words& out) {
  passwd entry;
  passwd* found = nullptr;
  std::vector<char> memory(5000);
  for (const std::size_t size : {0u, 1u, 8u, 30u, 60u, 5000u}) {
    for (const std::size_t offset : {0u, 1u, 8u}) {
      char* const at = memory.data() + offset;
      const std::size_t room = size - (size > offset ? offset : 0);
      for (const char* name : {"root", "no such"}) {
        found = &entry;
        out.push_back(std::to_string(
            co_await S::getpwnam_r(name, &entry, at, room, &found)));
        out.push_back(words_of(found));
        CHECK((found == nullptr || found == &entry));
      }
      found = &entry;
      out.push_back(
          std::to_string(co_await S::getpwuid_r(0, &entry, at, room, &found)));
      out.push_back(words_of(found));
      if (found == nullptr) continue;
      const bool own = entry.pw_name >= at && entry.pw_name < at + room;
      CHECK(own);
    }
  }
}

template <class S>
task_of<S> one_by_one(words& out) {
  co_await S::setpwent();
  for (;;) {
    const passwd* const entry = co_await S::getpwent();
    if (entry == nullptr) break;
    out.push_back(words_of(entry));
  }
  co_await S::setpwent();
  passwd entry;
  passwd* found = nullptr;
  char memory[5000];
  for (;;) {
    const int code = co_await S::getpwent_r(&entry, memory, 4, &found);
    out.push_back(std::to_string(code));
    if (code != ERANGE) break;
    const int more = co_await S::getpwent_r(&entry, memory, 5000, &found);
    out.push_back(std::to_string(more) + words_of(found));
    if (more != 0) break;
  }
  co_await S::endpwent();
}

}  // namespace

TEST_CASE("users are found as by the C library") {
  check_same(by_name<mirror>, by_name<original>);
  check_same(into_memory<mirror>, into_memory<original>);
}

TEST_CASE("users come one by one as from the C library") {
  words all;
  mirror::run(one_by_one<mirror>, std::ref(all));
  CHECK(all.size() > 4);
  check_same(one_by_one<mirror>, one_by_one<original>);
}

TEST_CASE("a result in static memory is the green thread's own") {
  green::run([]() -> green::task<> {
    const passwd* const mine = co_await green::getpwnam("root");
    REQUIRE(mine != nullptr);
    const std::string before = words_of(mine);
    const auto asks = []() -> green::task<> {
      const passwd* const other = co_await green::getpwnam("daemon");
      REQUIRE(other != nullptr);
      CHECK(std::string(other->pw_name) == "daemon");
    };
    co_await green::spawn(asks).join();
    const passwd* const by_id = co_await green::getpwuid(1);
    REQUIRE(by_id != nullptr);
    CHECK(words_of(mine) == before);
    errno = 77;
    CHECK(co_await green::getpwnam("daemon") == mine);
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
        passwd entry;
        passwd* found = nullptr;
        co_await green::getpwnam(name.c_str());
        co_await green::getpwnam_r(name.c_str(), &entry, memory.data(), 5000,
                                   &found);
        co_await green::getpwuid(0);
        co_await green::getpwuid_r(0, &entry, memory.data(), 5000, &found);
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
    co_await green::setpwent();
    while (const passwd* const one = co_await green::getpwent()) {
      all.push_back(words_of(one));
    }
  });
  REQUIRE(all.size() > 3);
  green::run([&all]() -> green::task<> {
    words seen;
    const auto takes = [&seen]() -> green::task<> {
      const passwd* const one = co_await green::getpwent();
      if (one != nullptr) seen.push_back(words_of(one));
    };
    co_await green::setpwent();
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
    co_await green::endpwent();
  });
}
