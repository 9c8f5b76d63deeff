// SPDX-License-Identifier: MIT
#include "green/utmpx.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/waiting.h"

using tests::task_of;

static_assert(tests::mirrors(green::getutxent, ::getutxent));
static_assert(tests::mirrors(green::getutxid, ::getutxid));
static_assert(tests::mirrors(green::getutxline, ::getutxline));
static_assert(tests::mirrors(green::pututxline, ::pututxline));
static_assert(tests::mirrors(green::setutxent, ::setutxent));
static_assert(tests::mirrors(green::endutxent, ::endutxent));
static_assert(tests::mirrors(green::utmpxname, ::utmpxname));
static_assert(tests::mirrors(green::updwtmpx, ::updwtmpx));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call getutxent = &::getutxent;
  static constexpr tests::blocking_call getutxid = &::getutxid;
  static constexpr tests::blocking_call getutxline = &::getutxline;
  static constexpr tests::blocking_call pututxline = &::pututxline;
  static constexpr tests::blocking_call setutxent = &::setutxent;
  static constexpr tests::blocking_call endutxent = &::endutxent;
  static constexpr tests::blocking_call utmpxname = &::utmpxname;
  static constexpr tests::blocking_call updwtmpx = &::updwtmpx;
};

struct mirror : tests::green_side {
  static constexpr auto getutxent = &green::getutxent;
  static constexpr auto getutxid = &green::getutxid;
  static constexpr auto getutxline = &green::getutxline;
  static constexpr auto pututxline = &green::pututxline;
  static constexpr auto setutxent = &green::setutxent;
  static constexpr auto endutxent = &green::endutxent;
  static constexpr auto utmpxname = &green::utmpxname;
  static constexpr auto updwtmpx = &green::updwtmpx;
};

using words = std::vector<std::string>;

utmpx entry(const char* id, const char* line, const char* user) {
  utmpx made{};
  made.ut_type = USER_PROCESS;
  made.ut_pid = 1;
  std::strncpy(made.ut_id, id, sizeof made.ut_id);
  std::strncpy(made.ut_line, line, sizeof made.ut_line);
  std::strncpy(made.ut_user, user, sizeof made.ut_user);
  return made;
}

std::string in_words(const utmpx* found) {
  if (found == nullptr) return "none";
  return std::string(found->ut_id, ::strnlen(found->ut_id, 4)) + " " +
         found->ut_line + " " + found->ut_user;
}

template <class S>
task_of<S> everything(words& out) {
  const tests::temporary_folder folder;
  const std::string users = folder.file("utmp"), history = folder.file("wtmp");
  const std::string missing = folder.at("none/utmp");
  const auto add = [&out](const utmpx* found) {
    out.push_back(in_words(found));
  };
  out.push_back(std::to_string(co_await S::utmpxname(users.c_str())));
  co_await S::setutxent();
  add(co_await S::getutxent());
  const utmpx a = entry("1", "tty1", "anna"), b = entry("2", "tty2", "bert");
  const utmpx c = entry("1", "tty1", "carl"), other = entry("9", "tty9", "x");
  add(co_await S::pututxline(&a));
  add(co_await S::pututxline(&b));
  co_await S::setutxent();
  add(co_await S::pututxline(&c));
  co_await S::setutxent();
  add(co_await S::getutxent());
  add(co_await S::getutxent());
  add(co_await S::getutxent());
  co_await S::setutxent();
  add(co_await S::getutxid(&b));
  co_await S::setutxent();
  add(co_await S::getutxid(&other));
  co_await S::setutxent();
  add(co_await S::getutxline(&a));
  co_await S::setutxent();
  add(co_await S::getutxline(&other));
  co_await S::endutxent();
  co_await S::updwtmpx(history.c_str(), &a);
  co_await S::updwtmpx(history.c_str(), &b);
  out.push_back(std::to_string(tests::contents(history).size()));
  out.push_back(std::to_string(co_await S::utmpxname(missing.c_str())));
  co_await S::setutxent();
  add(co_await S::getutxent());
  add(co_await S::pututxline(&a));
  co_await S::endutxent();
}

}  // namespace

TEST_CASE("entries are read and written as by the C library") {
  words by_green, by_original;
  mirror::run(everything<mirror>, std::ref(by_green));
  original::run(everything<original>, std::ref(by_original));
  REQUIRE(by_green.size() == by_original.size());
  for (std::size_t i = 0; i < by_original.size(); ++i) {
    CAPTURE(i);
    CHECK(by_green[i] == by_original[i]);
  }
  CHECK(by_original.at(5) == "1 tty1 carl");
}

TEST_CASE("a result is the green thread's own, and a kill loses no entry") {
  green::run([]() -> green::task<> {
    const tests::temporary_folder folder;
    const std::string users = folder.file("utmp");
    CHECK(co_await green::utmpxname(users.c_str()) == 0);
    co_await green::setutxent();
    constexpr int count = 20;
    for (int i = 0; i < count; ++i) {
      const std::string id = std::to_string(i);
      const utmpx one = entry(id.c_str(), ("tty" + id).c_str(), "anna");
      REQUIRE(co_await green::pututxline(&one) != nullptr);
    }
    co_await green::setutxent();
    const utmpx* const first = co_await green::getutxent();
    REQUIRE(first != nullptr);
    int seen = 1;
    const auto reads = [&seen]() -> green::task<> {
      if (co_await green::getutxent() != nullptr) ++seen;
    };
    for (int turns = 0; seen < count && turns < 1000; ++turns) {
      const auto reader = green::spawn(reads);
      for (int i = 0; i < turns % 6; ++i) co_await green::sleep();
      if (turns % 6 == 5) co_await reader.join();
      co_await reader.kill();
    }
    CHECK(seen == count);
    CHECK(co_await green::getutxent() == nullptr);
    CHECK(std::string(first->ut_line) == "tty0");
    co_await green::endutxent();
  });
}

TEST_CASE("a timeout ends a loop of reads") {
  green::run([]() -> green::task<> {
    const auto reads = []() -> green::task<> {
      for (;;) {
        co_await green::setutxent();
        co_await green::getutxent();
      }
    };
    co_await tests::check_interruptible(reads);
  });
}
